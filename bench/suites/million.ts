import { readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { interleave, type Contestant } from '../measure/interleave.ts'
import { atMost, rowNamed, timesAsLong, type Bench, type Result } from '../report/suite.ts'
import { assetFolder, framesPerAsset, writeFrames, writeProject } from './frame-tree.ts'
import { work } from './programs.ts'

const kinds = [
  { name: 'names', folder: 'names', traits: false, firstSeconds: 15 },
  { name: 'three traits', folder: 'traits', traits: true, firstSeconds: 25 },
] as const
const filesOfTargets = 1_000_000
const mebibyte = 1024 * 1024

/** Updates of a million files: first, again with nothing changed, and after one asset changed, beside a loop that only looks. */
export async function million(bench: Bench): Promise<readonly Result[]> {
  const assets = Math.floor(bench.files / framesPerAsset)
  const files = assets * framesPerAsset
  bench.say(`writing ${files.toLocaleString('en')} files`)
  const ingress = join(bench.folder, 'ingress')
  writeFrames(ingress, assets)
  const amounts = { files }
  let touched = 0
  const touch = () => {
    const folder = join(ingress, assetFolder(touched++ % assets))
    const now = Date.now() / 1000
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), now, now)
  }
  const contestants: Contestant[] = [{ name: 'walk and stat', programs: [work(bench, 'walk-loop', ingress)], amounts, count: files }]
  for (const { name, folder, traits } of kinds) {
    const project = join(bench.folder, folder)
    writeProject(project, ingress, traits)
    const run = { programs: [work(bench, 'run-update', project)], amounts, count: files }
    const fresh = () => {
      rmSync(join(project, '.fairlead'), { recursive: true, force: true })
      rmSync(join(bench.env['FAIRLEAD_HOME'] ?? project, 'state'), { recursive: true, force: true })
    }
    contestants.push(
      { name: `${name}: first`, ...run, before: fresh },
      { name: `${name}: nothing changed`, ...run },
      { name: `${name}: one asset changed`, ...run, before: touch },
    )
  }
  const rows = await interleave(contestants, bench.runs, bench.say)
  const targets = kinds.flatMap(({ name, firstSeconds }) => {
    const first = rowNamed(rows, `${name}: first`)
    const again = rowNamed(rows, `${name}: nothing changed`)
    return [
      atMost(`${name}: first`, firstSeconds, first.wallSeconds.median, 's'),
      atMost(`${name}: nothing changed`, 5, again.wallSeconds.median, 's'),
      atMost(`${name}: nothing changed, against walk and stat`, 3, timesAsLong(again, rowNamed(rows, 'walk and stat')), '×'),
      atMost(`${name}: most memory`, 600e6 / mebibyte, (first.peakBytes?.max ?? Infinity) / mebibyte, 'MiB'),
    ]
  })
  return [
    {
      suite: 'million',
      title: `Updates of ${files.toLocaleString('en')} PNG files in ${assets.toLocaleString('en')} assets`,
      notes: [
        'First: no facts and no catalog. The files are in the page cache. Changed: the modification times of one asset of 50 files.',
        'Walk and stat is one thread that lists every folder and asks the system about every file; it checks and keeps nothing.',
        `A first update by traits opens every file; the other updates open none, or the ${framesPerAsset} that changed.`,
      ],
      rows,
      // What a start takes would count too much for fewer files.
      targets: files < filesOfTargets ? [] : targets,
    },
  ]
}
