import { spawnSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { interleave, type Contestant, type Row } from '../measure/interleave.ts'
import { runProgram } from '../measure/run-program.ts'
import { atMost, rowNamed, timesAsLong, type Bench, type Result, type Target } from '../report/suite.ts'
import { ours, peers, type Bucket, type Peer } from './s3-peers.ts'
import { bucketUnavailable, startBucket, type RunningBucket } from './s3-server.ts'

interface Tree {
  readonly key: string
  readonly title: string
  readonly files: number
  readonly bytes: number
  readonly perFolder: number
  /** At most so many times as long as each peer. */
  readonly most: Readonly<Record<string, number>>
}

const trees: readonly Tree[] = [
  { key: 'small', title: '5,000 files of 4 KiB', files: 5000, bytes: 4096, perFolder: 100, most: { s5cmd: 1 } },
  { key: 'big', title: '32 files of 16 MiB', files: 32, bytes: 16 * 1024 ** 2, perFolder: 32, most: { s5cmd: 1.25, rclone: 1 } },
  { key: 'huge', title: '1 file of 2 GiB', files: 1, bytes: 2 * 1024 ** 3, perFolder: 1, most: { s5cmd: 1.25, rclone: 1 } },
]
const syncTree: Tree = {
  key: 'sync',
  title: '100,000 files of 64 bytes',
  files: 100_000,
  bytes: 64,
  perFolder: 500,
  most: { s5cmd: 1, rclone: 1 },
}
const mostPeakBytes = 300 * 1e6

function writeTree(folder: string, { files, bytes, perFolder }: Tree): void {
  const chunk = Buffer.alloc(Math.min(bytes, 64 * 1024 * 1024))
  for (let file = 0; file < files; file++) {
    const home = join(folder, `part-${String(Math.floor(file / perFolder)).padStart(4, '0')}`)
    if (file % perFolder === 0) mkdirSync(home, { recursive: true })
    const path = join(home, `frame-${String(file).padStart(6, '0')}.bin`)
    for (let written = 0; written < bytes; written += chunk.byteLength) {
      randomFillSync(chunk)
      writeFileSync(path, chunk, { flag: written === 0 ? 'w' : 'a' })
    }
  }
}

/** Fails unless a folder, of this side or the server's, holds the whole tree. */
function checkTree(folder: string, { files, bytes }: Tree, who: string): void {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const size = found.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
  if (found.length !== files || size !== files * bytes)
    throw new Error(`${who}: ${found.length} of ${files} files with ${size} of ${files * bytes} bytes are there.`)
}

function targetsOf(rows: readonly Row[], most: Tree['most'], verb: string): readonly Target[] {
  const mine = rowNamed(rows, `fairlead ${verb}`)
  const times = Object.entries(most).flatMap(([peer, limit]) => {
    const row = rows.find(({ name }) => name === `${peer} ${verb}`)
    return row === undefined ? [] : [atMost(`${verb}, against ${peer}`, limit, timesAsLong(mine, row), `× ${peer}`)]
  })
  return [...times, atMost(`${verb}, peak memory`, mostPeakBytes / 1e6, (mine.peakBytes?.max ?? 0) / 1e6, 'MB')]
}

async function transferTree(bench: Bench, tree: Tree, running: RunningBucket, all: readonly Peer[]): Promise<readonly Result[]> {
  bench.say(`writing ${tree.title}`)
  const source = join(bench.folder, tree.key)
  const target = join(bench.folder, 'target')
  const uploaded = join(running.folder, 'up')
  writeTree(source, tree)
  const amounts = { files: tree.files, MB: (tree.files * tree.bytes) / 1e6 }
  const clear = () => {
    const home = bench.env['FAIRLEAD_HOME'] ?? target
    for (const folder of [target, uploaded, join(home, 'state'), join(home, 'cache', 'connections')])
      rmSync(folder, { recursive: true, force: true })
    mkdirSync(target)
    // No program waits for the disk, so none may pay for what another one wrote.
    spawnSync('sync')
  }
  const up = all.map((peer): Contestant => ({
    name: `${peer.name} up`,
    programs: [peer.up(source, 'up')],
    amounts,
    before: clear,
    after: () => checkTree(uploaded, tree, peer.name),
  }))
  const downOf = (peer: Peer, sender: Peer): Contestant => ({
    name: `${peer.name} down${peer === sender ? '' : ` (sent by ${sender.name})`}`,
    programs: [peer.down(`down-${sender.name}`, target)],
    amounts,
    before: clear,
    after: () => checkTree(target, tree, peer.name),
  })
  const down = all.map(peer => downOf(peer, peer))
  const [other] = all
  const mine = all.find(({ name }) => name === 'fairlead')
  if (other !== undefined && mine !== undefined && other !== mine) down.push(downOf(mine, other))
  const ups = await interleave(up, bench.runs, bench.say)
  clear()
  for (const peer of all) await runProgram(peer.up(source, `down-${peer.name}`))
  const downs = await interleave(down, bench.runs, bench.say)
  clear()
  rmSync(source, { recursive: true, force: true })
  for (const { name } of all) rmSync(join(running.folder, `down-${name}`), { recursive: true, force: true })
  return [
    { suite: 'stores', title: `S3, ${tree.title}, up`, notes, rows: ups, targets: targetsOf(ups, tree.most, 'up') },
    { suite: 'stores', title: `S3, ${tree.title}, down`, notes: downNotes, rows: downs, targets: targetsOf(downs, tree.most, 'down') },
  ]
}

const notes = [
  'The same versitygw on loopback for all, sharing the two cores; its files and ours in the page cache. Whole programs with their defaults, rclone with 32 transfers',
  'in place of 4. Before each run the bucket and the target folder are empty, what earlier runs wrote is on the disk, and Fairlead remembers nothing; Node keeps its',
  'compiled code, as on any machine where a command ran before. What arrived is counted after each run.',
]

const downNotes = [
  'Each program fetches what it sent itself. What another one sent has no checksum but an MD5, if any: fairlead holds it against that, as rclone does.',
]

/** A sync that has nothing to do. Each peer's own prefix was filled by that peer, so that what it remembers or keeps there is its own. */
async function syncNothing(bench: Bench, running: RunningBucket, all: readonly Peer[]): Promise<Result> {
  bench.say(`writing ${syncTree.title}`)
  const source = join(bench.folder, syncTree.key)
  writeTree(source, syncTree)
  const contestants: Contestant[] = []
  for (const peer of all) {
    const prefix = `sync-${peer.name}`
    const program = peer.sync?.(source, prefix)
    if (program === undefined) continue
    bench.say(`${peer.name} sends ${syncTree.title}`)
    await runProgram(program)
    checkTree(join(running.folder, prefix), syncTree, peer.name)
    contestants.push({ name: `${peer.name} sync`, programs: [program], amounts: { files: syncTree.files } })
  }
  const rows = await interleave(contestants, bench.runs, bench.say)
  return {
    suite: 'stores',
    title: `S3, sync of ${syncTree.title} that changes nothing`,
    notes: [
      'Everything was sent before by the same program. rclone with --fast-list --update --use-server-modtime: else it asks for each object.',
    ],
    rows,
    targets: targetsOf(rows, syncTree.most, 'sync'),
  }
}

/** `fairlead copy` and `fairlead sync` beside s5cmd, rclone and aws-cli on one S3 server. */
export async function stores(bench: Bench): Promise<readonly Result[]> {
  const reason = bucketUnavailable()
  if (reason !== undefined) {
    console.log(`stores: not measured. ${reason}.\n`)
    return []
  }
  mkdirSync(join(bench.folder, 'server'))
  await using running = await startBucket(join(bench.folder, 'server'))
  const bucket: Bucket = running.bucket
  const others = peers(bench, bucket)
  const all = [...others, ours(bench, bucket)]
  // The first start fills the compile cache, as the first start of a user does.
  const results: Result[] = []
  for (const tree of trees) results.push(...(await transferTree(bench, tree, running, all)))
  results.push(await syncNothing(bench, running, all))
  return results
}
