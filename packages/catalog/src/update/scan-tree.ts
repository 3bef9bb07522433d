import { availableParallelism } from 'node:os'
import { createEngine } from '@fairlead/engine'
import { entryFile } from '../entry.ts'
import { ScanSession, type ScanSetup } from './scan-session.ts'
import type scanFolders from './scan-folders.ts'
import type { Frame, Scanned } from './unit.ts'

/** So many folders are scanned in one go; a scan of big ones ends sooner and hands the rest back. */
const foldersPerTurn = 32
/** After so many files, or so many of them opened, threads are worth their start: those that the configuration asks for, and those it leaves to us. */
const threadedAfter = { configured: { files: 2048, opened: 2048 }, automatic: { files: 131_072, opened: 16_384 } }
/** More threads would wait for the one that writes. */
const mostThreads = 3

/** A frame on its way: not begun, under way, or done and waiting for those before it. */
interface Turn {
  readonly frame: Frame
  /** So many of its names have turns of their own by now, before this one; a copy of the rest for each would cost the square of a million. */
  given: number
  begun?: Promise<void>
  result?: Scanned
}

/** Takes the frames of a tree from whoever has the next ones and gives what they hold, in order of path. */
class Turns {
  /** In order of path; what a scan leaves takes its place. */
  private readonly turns: Turn[]

  constructor(first: readonly Frame[]) {
    this.turns = first.map(frame => ({ frame, given: 0 }))
  }

  get isDone(): boolean {
    return this.turns.length === 0
  }

  /** Begins turns until `width` are under way or wait. */
  begin(width: number, scan: (frame: Frame) => Promise<Scanned>): void {
    let begun = this.turns.filter(turn => turn.begun !== undefined).length
    while (begun < width) {
      const index = this.turns.findIndex(turn => turn.begun === undefined)
      const next = this.turns[index]
      if (next === undefined) return
      const { folder, names } = next.frame
      const turn: Turn = { frame: { folder, names: names.slice(next.given, next.given + foldersPerTurn) }, given: 0 }
      next.given += foldersPerTurn
      this.turns.splice(index, next.given < names.length ? 0 : 1, turn)
      turn.begun = scan(turn.frame).then(result => {
        turn.result = result
      })
      // A failure is thrown where its turn comes; until then it must not count as unhandled.
      turn.begun.catch(() => undefined)
      begun++
    }
  }

  /** The first result, when it is there; what its scan left takes its place. */
  async take(): Promise<Scanned | undefined> {
    const [first] = this.turns
    await first?.begun
    if (first?.result === undefined) return undefined
    this.turns.splice(0, 1, ...first.result.rest.map(frame => ({ frame, given: 0 })))
    return first.result
  }
}

/**
 * Scans the tree below some frames, at first in process and, once there is enough to do, on worker threads. Gives what
 * was found in order of path, no faster than it is taken.
 */
export async function* scanTree(
  first: readonly Frame[],
  setup: ScanSetup,
  pause: () => Promise<void> | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Scanned> {
  const { threads } = setup.project.config
  const wanted = threads ?? Math.min(mostThreads, availableParallelism())
  const limit = threads === undefined ? threadedAfter.automatic : threadedAfter.configured
  const turns = new Turns(first)
  let [files, opened] = [0, 0]
  {
    using here = await ScanSession.open(setup, pause)
    while (!turns.isDone && (wanted === 0 || (files < limit.files && opened < limit.opened))) {
      turns.begin(1, frame => here.scan(frame))
      const scanned = await turns.take()
      if (scanned === undefined) continue
      files += scanned.files
      opened += scanned.opened
      yield scanned
    }
  }
  if (turns.isDone) return
  await using engine = createEngine<{ scan: typeof scanFolders }>({ threads: wanted, handlers: { scan: entryFile('update/scan-folders') } })
  const onThread = async (frame: Frame): Promise<Scanned> => {
    for await (const scanned of engine.run('scan', [{ setup, frame }], signal === undefined ? {} : { signal })) return scanned
    return { units: [], same: [], rest: [], files: 0, opened: 0 }
  }
  while (!turns.isDone) {
    turns.begin(wanted * 2, onThread)
    const scanned = await turns.take()
    if (scanned === undefined) continue
    turns.begin(wanted * 2, onThread)
    yield scanned
    await pause()
  }
}
