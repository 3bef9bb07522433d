import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { interleave } from '../measure/interleave.ts'
import type { Program } from '../measure/run-program.ts'
import { atLeast, rowNamed, timesAsLong, type Bench, type Result } from '../report/suite.ts'
import { writeFrames, writeProject } from './frame-tree.ts'
import { root } from './programs.ts'

const files = 10_000
const wantedRatio = 100
const driver = join(root, 'tools/hidebound/driver.py')
const specifications = join(root, 'tools/hidebound/frames.py')
const cli = join(root, 'packages/cli/bin/fairlead.js')

/** Says how often the files of the catalog are valid; a catalog that lacks some is no result. */
function checkCatalog(project: string, env: NodeJS.ProcessEnv): void {
  const sql = 'select count(*) as n from data where asset_valid'
  const text = execFileSync(process.execPath, [cli, 'query', sql, '--project', project, '--format', 'json'], { env, encoding: 'utf8' })
  const rows: ReadonlyArray<{ n?: unknown }> = JSON.parse(text)
  if (rows[0]?.n !== files) throw new Error(`fairlead update: ${String(rows[0]?.n)} of ${files} files are valid.`)
}

/** An update of 10,000 PNG files by names and three traits, by the real Hidebound and by our command line. */
async function against(bench: Bench, suite: string, framesPerAsset: number): Promise<readonly Result[]> {
  const python = process.env['FAIRLEAD_HIDEBOUND_PYTHON']
  if (python === undefined || !existsSync(python)) {
    console.log(`${suite}: not measured. FAIRLEAD_HIDEBOUND_PYTHON must name a Python with Hidebound: see tools/hidebound/README.md.\n`)
    return []
  }
  const assets = files / framesPerAsset
  bench.say(`writing ${files.toLocaleString('en')} files`)
  const ingress = join(bench.folder, 'ingress')
  const project = join(bench.folder, 'project')
  const staging = join(bench.folder, 'hidebound')
  const config = join(bench.folder, 'hidebound.yaml')
  writeFrames(ingress, assets, framesPerAsset)
  writeProject(project, ingress, true)
  mkdirSync(staging)
  writeFileSync(config, JSON.stringify({ ingress_directory: ingress, staging_directory: staging, specification_files: [specifications] }))
  const amounts = { files }
  const ours: Program = { command: process.execPath, args: [cli, 'update', '--project', project], env: bench.env }
  const theirs: Program = { command: python, args: [driver, 'count', config], env: bench.env, reports: true }
  const fresh = () => {
    rmSync(join(project, '.fairlead'), { recursive: true, force: true })
    rmSync(bench.env['FAIRLEAD_HOME'] ?? project, { recursive: true, force: true })
  }
  const rows = await interleave(
    [
      { name: 'fairlead update, first', programs: [ours], amounts, before: fresh, after: () => checkCatalog(project, bench.env) },
      { name: 'fairlead update, nothing changed', programs: [ours], amounts },
      { name: 'Hidebound, Database.update()', programs: [theirs], amounts, count: files },
    ],
    bench.runs,
    bench.say,
  )
  const first = rowNamed(rows, 'fairlead update, first')
  const hidebound = rowNamed(rows, 'Hidebound, Database.update()')
  const updateSeconds = files / (hidebound.rates['files'] ?? Infinity)
  return [
    {
      suite,
      title: `Update of ${files.toLocaleString('en')} PNG files in ${assets.toLocaleString('en')} sequences of ${framesPerAsset}, beside Hidebound`,
      notes: [
        'Ours is the whole command line, each first update with no home and no catalog; wall time of Hidebound is its whole process too,',
        'and its rate is that of Database.update() alone, without Python’s start and imports. Both read width, height and channels of every file.',
        'Hidebound 0.34.2 with the versions of its lock file and its default configuration. It never remembers: an update again costs the same.',
      ],
      rows,
      targets: [
        atLeast('whole processes', wantedRatio, timesAsLong(hidebound, first), '× as long'),
        atLeast('Database.update() alone, against our whole process', wantedRatio, updateSeconds / first.wallSeconds.median, '× as long'),
      ],
    },
  ]
}

/** Beside Hidebound, in sequences of 50 frames. */
export function hidebound(bench: Bench): Promise<readonly Result[]> {
  return against(bench, 'hidebound', 50)
}

/** Beside Hidebound, in sequences of 5 frames: it checks a whole asset once for each file, so short ones are kind to it. */
export function hideboundShort(bench: Bench): Promise<readonly Result[]> {
  return against(bench, 'hidebound-short', 5)
}
