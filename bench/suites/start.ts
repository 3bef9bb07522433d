import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { interleave } from '../measure/interleave.ts'
import { runProgram } from '../measure/run-program.ts'
import { atMost, rowNamed, timesAsLong, type Bench, type Result } from '../report/suite.ts'
import { command, root } from './programs.ts'

/** A start is short: more runs cost little and tell more. */
const leastRuns = 21

/** How long the command line takes until it has answered, beside a Node that does nothing. */
export async function start(bench: Bench): Promise<readonly Result[]> {
  const built = join(root, 'packages/cli/dist/main.js')
  if (!existsSync(built)) throw new Error(`The command line is not built: there is no ${built}. Run npm run build.`)
  const bin = join(root, 'packages/cli/bin/fairlead.js')
  const contestants = [
    ['node -e 0', '-e', '0'],
    ['fairlead --version', bin, '--version'],
    ['fairlead reference parse a/b:c', bin, 'reference', 'parse', 'a/b:c'],
  ].map(([name = '', ...args]) => ({ name, programs: [command(bench, process.execPath, ...args)], amounts: {} }))
  // The first start fills the compile cache, as the first start of a user does.
  for (const { programs } of contestants) for (const program of programs) await runProgram(program)
  const rows = await interleave(contestants, Math.max(bench.runs, leastRuns), bench.say)
  const node = rowNamed(rows, 'node -e 0')
  return [
    {
      suite: 'start',
      title: 'Start of the command line',
      notes: [
        'The built program, its compile cache filled by one start before. NODE_EXTRA_CA_CERTS is unset: it costs every Node about 50 ms.',
      ],
      rows,
      targets: rows.filter(row => row !== node).map(row => atMost(row.name, 3, timesAsLong(row, node), '× node -e 0')),
    },
  ]
}
