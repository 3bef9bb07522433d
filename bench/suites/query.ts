import { join } from 'node:path'
import { interleave } from '../measure/interleave.ts'
import { runProgram } from '../measure/run-program.ts'
import { atMost, type Bench, type Result } from '../report/suite.ts'
import { assetFolder, framesPerAsset, writeFrames, writeProject } from './frame-tree.ts'
import { work } from './programs.ts'

const filterMs = 50
const groupMs = 500

/** Statements as users write them, and the milliseconds they may take over a million rows. */
const statements = (name: string) =>
  [
    { what: 'filter by a trait, view data', mostMs: filterMs, sql: 'select filepath, width from data where width = 16 limit 1000' },
    { what: 'filter by a trait that no file has, view data', mostMs: filterMs, sql: 'select filepath from data where width > 4000' },
    { what: 'filter by a trait, view of the specification', mostMs: filterMs, sql: 'select filepath from spec001 where height < 9' },
    { what: 'files of one asset', mostMs: filterMs, sql: `select filepath from data where asset_name = '${name}'` },
    { what: 'group by project', mostMs: groupMs, sql: 'select project, count(*), sum(size) from data group by project' },
    { what: 'group by a trait', mostMs: groupMs, sql: 'select width, count(*) from data group by width' },
    { what: 'group by validity', mostMs: groupMs, sql: 'select asset_valid, count(*) from data group by asset_valid' },
    {
      what: 'group by project, view of the specification',
      mostMs: groupMs,
      sql: 'select project, avg(width) from spec001 group by project',
    },
  ] as const

/** Queries over a row for each of a million files. */
export async function query(bench: Bench): Promise<readonly Result[]> {
  const assets = Math.floor(bench.files / framesPerAsset)
  const files = assets * framesPerAsset
  bench.say(`writing ${files.toLocaleString('en')} files`)
  const ingress = join(bench.folder, 'ingress')
  writeFrames(ingress, assets)
  writeProject(bench.folder, ingress, true)
  bench.say('first update')
  await runProgram(work(bench, 'run-update', bench.folder))
  const folder = assetFolder(assets - 1)
  const all = statements(folder.slice(folder.lastIndexOf('/') + 1))
  const rows = await interleave(
    all.map(({ what, sql }) => ({ name: what, programs: [work(bench, 'run-query', bench.folder, sql)], amounts: { queries: 1 } })),
    bench.runs,
    bench.say,
  )
  return [
    {
      suite: 'query',
      title: `Queries over ${files.toLocaleString('en')} rows`,
      notes: ['Queries a second: the time to prepare the statement and to read all of its rows, without the start of the process.'],
      rows,
      targets: all.map(({ what, mostMs }, index) => atMost(what, mostMs, 1000 / (rows[index]?.rates['queries'] ?? 0), 'ms')),
    },
  ]
}
