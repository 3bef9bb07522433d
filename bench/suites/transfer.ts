import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { interleave, type Contestant } from '../measure/interleave.ts'
import { runProgram } from '../measure/run-program.ts'
import { atMost, rowNamed, timesAsLong, type Bench, type Result } from '../report/suite.ts'
import { command, work } from './programs.ts'

interface Tree {
  readonly title: string
  readonly files: number
  readonly bytes: number
  readonly perFolder: number
  readonly most: number
}

const trees: readonly Tree[] = [
  { title: '10,000 files of 4 KiB', files: 10_000, bytes: 4096, perFolder: 100, most: 3 },
  { title: '4 files of 256 MiB', files: 4, bytes: 256 * 1024 * 1024, perFolder: 4, most: 3 },
]

function writeTree(folder: string, { files, bytes, perFolder }: Tree): void {
  const body = Buffer.alloc(bytes)
  for (let file = 0; file < files; file++) {
    const home = join(folder, `part-${String(Math.floor(file / perFolder)).padStart(4, '0')}`)
    if (file % perFolder === 0) mkdirSync(home, { recursive: true })
    randomFillSync(body)
    writeFileSync(join(home, `frame-${String(file).padStart(6, '0')}.bin`), body)
  }
}

async function transferTree(bench: Bench, tree: Tree, folder: string): Promise<Result> {
  bench.say(`writing ${tree.title}`)
  const source = join(folder, 'source')
  const store = join(folder, 'store')
  const target = join(folder, 'target')
  writeTree(source, tree)
  await runProgram(work(bench, 'push', store, 'none', source))
  // What was copied last is away before the next one starts, on the disk as well as in the list of folders.
  const clear = () => {
    rmSync(target, { recursive: true, force: true })
    rmSync(join(bench.env['FAIRLEAD_HOME'] ?? folder, 'state'), { recursive: true, force: true })
  }
  const copy = command(bench, 'cp', '-r', source, target)
  const around = { before: clear, after: clear, amounts: { files: tree.files, MB: (tree.files * tree.bytes) / 1e6 } }
  const contestants: readonly Contestant[] = [
    { name: 'cp -r', programs: [copy], ...around },
    { name: 'push, durability none', programs: [work(bench, 'push', target, 'none', source)], count: tree.files, ...around },
    { name: 'pull', programs: [work(bench, 'pull', store, target)], count: tree.files, ...around },
    {
      name: 'cp -r, then sync of each file',
      programs: [copy, command(bench, 'find', target, '-type', 'f', '-exec', 'sync', '{}', '+')],
      ...around,
    },
    { name: 'push, durability fsync', programs: [work(bench, 'push', target, 'fsync', source)], count: tree.files, ...around },
  ]
  const rows = await interleave(contestants, bench.runs, bench.say)
  const cp = rowNamed(rows, 'cp -r')
  const synced = rowNamed(rows, 'cp -r, then sync of each file')
  const against = (name: string, other = cp) => atMost(name, tree.most, timesAsLong(rowNamed(rows, name), other), `× ${other.name}`)
  return {
    suite: 'transfer',
    title: `Disk to disk, ${tree.title}`,
    notes: [
      'Nothing is known of the files, so a push hashes each; a pull verifies the size and sha256 of each. cp does neither.',
      'Durability none is what cp does: the operating system has the bytes. With fsync, the default, the disk has them.',
    ],
    rows,
    targets: [against('push, durability none'), against('pull'), against('push, durability fsync', synced)],
  }
}

/** Push and pull between folders of this disk, beside `cp -r`: many small files, and few big ones. */
export async function transfer(bench: Bench): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [index, tree] of trees.entries()) {
    const folder = join(bench.folder, String(index))
    results.push(await transferTree(bench, tree, folder))
    rmSync(folder, { recursive: true, force: true })
  }
  return results
}
