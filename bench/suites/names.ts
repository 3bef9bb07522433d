import { interleave } from '../measure/interleave.ts'
import { atLeast, rowNamed, type Bench, type Result } from '../report/suite.ts'
import { work } from './programs.ts'

const count = 1_000_000

/** How many names of seven fields a second the grammar reads, legal and illegal, beside a regular expression that tells only legal from illegal. */
export async function names(bench: Bench): Promise<readonly Result[]> {
  const contestant = (name: string, parser: string, kind: string) => ({
    name,
    programs: [work(bench, 'parse-names', parser, kind, String(count))],
    amounts: { names: count },
    count,
  })
  const rows = await interleave(
    [
      contestant('regular expression, legal', 'expression', 'legal'),
      contestant('grammar, legal', 'grammar', 'legal'),
      contestant('regular expression, illegal', 'expression', 'illegal'),
      contestant('grammar, illegal', 'grammar', 'illegal'),
    ],
    bench.runs,
    bench.say,
  )
  const rate = (name: string) => rowNamed(rows, name).rates['names'] ?? 0
  return [
    {
      suite: 'names',
      title: 'Names of seven fields',
      notes: [
        `${count.toLocaleString('en')} distinct names a run. The rate is that of the parsing alone, by the processor time of its thread; the other columns are of whole processes, which also make the names.`,
        'For an illegal name the grammar says which field is wrong, where and how; the expression only that something is.',
      ],
      rows,
      targets: [
        atLeast('legal names', 1_000_000, rate('grammar, legal'), 'names/s'),
        atLeast('illegal names', 1_000_000, rate('grammar, illegal'), 'names/s'),
      ],
    },
  ]
}
