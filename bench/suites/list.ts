import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { interleave } from '../measure/interleave.ts'
import { atMost, rowNamed, type Bench, type Result } from '../report/suite.ts'
import { command, work } from './programs.ts'

const objects = 1_000_000
const mostMegabytes = 200

const shapes = [
  { title: '1,000,000 objects in 1,000 folders', perFolder: 1000 },
  { title: '1,000,000 objects in one folder', perFolder: objects },
] as const

/** Empty files: a listing asks for names, sizes and times. */
function writeTree(folder: string, perFolder: number): void {
  for (let file = 0; file < objects; file++) {
    const home = join(folder, `folder-${String(Math.floor(file / perFolder)).padStart(4, '0')}`)
    if (file % perFolder === 0) mkdirSync(home, { recursive: true })
    closeSync(openSync(`${home}/frame-${String(file).padStart(7, '0')}.png`, 'w'))
  }
}

/** A listing of a million objects through the disk client, beside `find` that prints size and path. */
export async function list(bench: Bench): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [index, { title, perFolder }] of shapes.entries()) {
    const folder = join(bench.folder, String(index))
    bench.say(`writing ${title}`)
    writeTree(folder, perFolder)
    const amounts = { objects }
    const rows = await interleave(
      [
        { name: "find -printf '%s %p\\n'", programs: [command(bench, 'find', folder, '-type', 'f', '-printf', '%s %p\\n')], amounts },
        { name: 'list', programs: [work(bench, 'list-objects', folder)], amounts, count: objects },
      ],
      bench.runs,
      bench.say,
    )
    const peak = rowNamed(rows, 'list').peakBytes?.max
    results.push({
      suite: 'list',
      title: `Listing of ${title}`,
      notes: ['Entries come in order of path, with size, time and etag; find prints them as they lie.'],
      rows,
      targets: peak === undefined ? [] : [atMost('peak memory of any run', mostMegabytes, peak / 1e6, 'MB')],
    })
    bench.say(`removing ${title}`)
    rmSync(folder, { recursive: true, force: true })
  }
  return results
}
