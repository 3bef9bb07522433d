import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePng, plainPicture } from '@fairlead/catalog'
import { interleave, type Contestant } from '../measure/interleave.ts'
import { atLeast, atMost, rowNamed, timesAsLong, type Bench, type Result } from '../report/suite.ts'
import { command, work } from './programs.ts'

const assets = 2000
const framesPerAsset = 50
const files = assets * framesPerAsset

const projectFile = `ingress_directory: ingress
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    traits: [width, height, channels]
    rules: { extension: { eq: png }, width: { eq: 16 }, height: { eq: 9 }, channels: { eq: 3 }, frame: { noMissingValues: true } }
`

/** Writes the project: folders of 50 frames, each a whole PNG file. */
function writeTree(folder: string): void {
  writeFileSync(join(folder, 'fairlead.yaml'), projectFile)
  const image = encodePng(plainPicture(16, 9, [0, 64, 128]))
  for (let asset = 0; asset < assets; asset++) {
    const project = `cat${String(asset % 20).padStart(3, '0')}`
    const name = `p-${project}_s-spec001_d-running-cat-${asset}_v001`
    const home = join(folder, 'ingress', project, name)
    mkdirSync(home, { recursive: true })
    for (let frame = 1; frame <= framesPerAsset; frame++) writeFileSync(`${home}/${name}_f${String(frame).padStart(4, '0')}.png`, image)
  }
}

/** Empties the page cache: what was written goes to the disk first. */
function dropCaches(): void {
  execFileSync('sync')
  writeFileSync('/proc/sys/vm/drop_caches', '3')
}

/** An update of 100,000 files in 2,000 assets, first and again, beside a walk that looks at nothing and a loop that only opens. */
export async function update(bench: Bench): Promise<readonly Result[]> {
  bench.say(`writing ${files.toLocaleString('en')} files`)
  writeTree(bench.folder)
  const ingress = join(bench.folder, 'ingress')
  const fresh = () => {
    rmSync(join(bench.folder, '.fairlead'), { recursive: true, force: true })
    rmSync(join(bench.env['FAIRLEAD_HOME'] ?? bench.folder, 'state'), { recursive: true, force: true })
  }
  const amounts = { files }
  const loop = { programs: [work(bench, 'plain-loop', ingress)], amounts, count: files }
  const run = { programs: [work(bench, 'run-update', bench.folder)], amounts, count: files }
  const emptied: readonly Contestant[] = [
    { name: 'plain loop, page cache empty', ...loop, before: dropCaches },
    {
      name: 'first update, page cache empty',
      ...run,
      before: () => {
        fresh()
        dropCaches()
      },
    },
  ]
  const rows = await interleave(
    [
      { name: 'find -type f', programs: [command(bench, 'find', ingress, '-type', 'f')], amounts },
      { name: 'plain loop', ...loop },
      { name: 'first update', ...run, before: fresh },
      { name: 'update again', ...run },
      ...(bench.dropCaches ? emptied : []),
    ],
    bench.runs,
    bench.say,
  )
  const again = rowNamed(rows, 'update again')
  const first = rowNamed(rows, 'first update')
  return [
    {
      suite: 'update',
      title: `Update of ${files.toLocaleString('en')} PNG files in ${assets.toLocaleString('en')} assets`,
      notes: [
        'First: no facts and no catalog, so every file is opened. Again: facts and catalog of the run before.',
        bench.dropCaches
          ? 'Before rows that say so the page cache was emptied; before the others the files were in it.'
          : 'The files were in the page cache; as root, --drop-caches adds runs that find it empty.',
        'The plain loop is one thread that lists, matches a regular expression, opens, reads 64 bytes and closes; it checks and keeps nothing.',
      ],
      rows,
      targets: [
        atLeast('update again', 70_000, again.rates['files'] ?? 0, 'files/s'),
        atMost('first update, against the plain loop', 3, timesAsLong(first, rowNamed(rows, 'plain loop')), '×'),
      ],
    },
  ]
}
