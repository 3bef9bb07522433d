import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unfinishedTransfers } from '@fairlead/core/host'
import { setTimeout as wait } from 'node:timers/promises'
import type { Report } from './command.ts'
import type { Operation } from './operation.ts'
import { makePlace, type Place } from './place.ts'
import { start, type Ended, type Instant } from './processes.ts'
import { seededRandom } from './random.ts'
import { differences, fullTree } from './tree.ts'
import { Progress, type Sight, type Watch } from './watch.ts'

/** An operation that was once done without interruption. */
interface Reference {
  readonly before: Sight
  readonly after: Sight
  readonly kept: Sight | undefined
  readonly ms: number
  readonly boundaries: number
  readonly tree: Record<string, string>
  readonly source: Record<string, string>
}

/** The trials of one operation: each kills it once, and looks at what anyone could see before, then, and after the next run. */
export class Trials implements Disposable {
  private readonly operation: Operation
  private readonly place: Place
  private readonly compileCache: string
  private reference: Reference | undefined

  constructor(operation: Operation, compileCache: string) {
    this.operation = operation
    this.compileCache = compileCache
    this.place = makePlace()
  }

  /** Prepares, and does the operation without interruption. */
  async prepare(): Promise<void> {
    const { operation, place } = this
    await operation.prepare(place)
    place.keep()
    const source = sourceOf(place)
    await using watch = await operation.watch(place)
    await using keeps = await operation.keeps?.(place)
    const before = await watch.look(true)
    const kept = await keeps?.look(true)
    if (readdirSync(this.compileCache).length === 0) {
      // The first run of all fills the cache of compiled code, and its time says nothing.
      await this.runToEnd()
      place.reset()
    }
    const { ms, report } = await this.runToEnd()
    const after = await watch.look(true)
    await operation.clean(place)
    this.reference = { before, after, kept, ms, boundaries: report.boundaries, tree: operation.tree(place), source }
    const wrong = [
      ...before.problems,
      ...after.problems,
      ...(kept?.problems ?? []),
      ...(report.error === undefined ? [] : [report.error.message]),
    ]
    if (wrong.length > 0) throw new Error(`${operation.name} fails without any kill: ${wrong.join('; ')}`)
  }

  /** One trial; gives everything that was wrong, with what repeats it. The same seed gives the same part of a run. */
  async run(seed: number): Promise<readonly string[]> {
    const { reference } = this
    if (reference === undefined) throw new Error('The trials are not prepared.')
    const random = seededRandom(seed)
    let instant = instantOf(random, reference)
    const cleansFirst = random() < 0.2
    const where = () => `seed ${seed}, killed at ${told(instant)}${cleansFirst ? ', cleaned before the next run' : ''}`
    try {
      for (let attempt = 1; attempt <= 12; attempt++) {
        const problems = await this.killedAt(instant, reference, cleansFirst)
        if (problems !== undefined) return [...new Set(problems)].map(problem => `${where()}: ${problem}`)
        instant = earlier(instant)
      }
    } catch (thrown) {
      throw new Error(where(), { cause: thrown })
    }
    return [`${where()}: every process ended before`]
  }

  /** Kills, looks, runs again and compares; undefined when the process ended before it was killed. */
  private async killedAt(instant: Instant, reference: Reference, cleansFirst: boolean): Promise<string[] | undefined> {
    const { operation, place } = this
    place.reset()
    await using watch = await operation.watch(place)
    await using keeps = await operation.keeps?.(place)
    const seen = new Progress(reference.before, operation.between ?? [], reference.after)
    const problems = await this.killed(instant, watch, seen)
    if (problems === undefined) return undefined
    problems.push(...seen.problemsOf(await watch.look(true)), ...keptProblems(reference.kept, await keeps?.look(true)))
    if (cleansFirst) await operation.clean(place)
    const arrived = operation.arrived?.(place)
    const { report } = await this.runToEnd()
    problems.push(...rerunProblems(operation, report, arrived), ...seen.unfinished(await watch.look(true)))
    problems.push(...keptProblems(reference.kept, await keeps?.look(true)))
    await operation.clean(place)
    problems.push(...differences(operation.tree(place), reference.tree), ...differences(sourceOf(place), reference.source))
    const left = unfinishedTransfers(join(place.home, 'state'))
    if (left.length > 0) problems.push(`${left.length} transfers still count as unfinished, such as ${left[0]?.path}`)
    return problems
  }

  [Symbol.dispose](): void {
    this.place[Symbol.dispose]()
  }

  /** Runs the command until it is killed while somebody reads; undefined when it ended before. */
  private async killed(instant: Instant, watch: Watch, seen: Progress): Promise<string[] | undefined> {
    const { operation, place } = this
    const companion = operation.companion?.(place)
    using first = await start(place.home, this.compileCache)
    using second = companion === undefined ? undefined : await start(companion.home, this.compileCache)
    const problems: string[] = []
    let running = true
    const ends = Promise.all([
      first.run(operation.command(place), instant),
      companion === undefined ? undefined : second?.run(companion.command),
    ])
    const watching = (async () => {
      while (running) {
        problems.push(...seen.problemsOf(await watch.look(false)))
        await wait(1)
      }
    })()
    const [one, other] = await ends.finally(() => {
      running = false
    })
    await watching
    if (one.report !== undefined) return undefined
    if (other !== undefined && other.report?.error !== undefined) problems.push(`the other process failed: ${other.report.error.message}`)
    return problems
  }

  private async runToEnd(): Promise<Ended & { readonly report: Report }> {
    using process = await start(this.place.home, this.compileCache)
    const { ms, report } = await process.run(this.operation.command(this.place))
    if (report === undefined) throw new Error('A process was killed that nobody meant to kill.')
    return { ms, report }
  }
}

/** Boundaries at either end that are tried more often than the many alike between them. */
const edge = 50

/**
 * Half of the instants by the clock, with many very early and very late ones; half at a boundary of the process's own
 * calls, with many of the first and, where things are put in place, of the last ones.
 */
function instantOf(random: () => number, { ms, boundaries }: Reference): Instant {
  const [kind, where, place] = [random(), random(), random()]
  if (kind < 0.5) {
    const part = where < 0.15 ? place * 0.05 : where < 0.35 ? 0.9 + place * 0.1 : place
    return { kind: 'time', ms: part * ms }
  }
  const first = where < 0.15 ? 0 : where < 0.65 ? Math.max(0, boundaries - edge) : undefined
  return { kind: 'call', boundary: Math.floor(first === undefined ? place * boundaries : first + place * Math.min(edge, boundaries)) }
}

function earlier(instant: Instant): Instant {
  return instant.kind === 'time' ? { kind: 'time', ms: instant.ms * 0.8 } : { kind: 'call', boundary: Math.max(0, instant.boundary - 5) }
}

function told(instant: Instant): string {
  return instant.kind === 'time' ? `${instant.ms.toFixed(1)} ms` : `boundary ${instant.boundary} of its calls`
}

function sourceOf(place: Place): Record<string, string> {
  return { ...fullTreeOf(place.source), ...fullTreeOf(join(place.project, 'ingress')) }
}

function fullTreeOf(folder: string): Record<string, string> {
  try {
    return fullTree(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
}

function keptProblems(before: Sight | undefined, now: Sight | undefined): string[] {
  if (before === undefined || now === undefined) return []
  return [...now.problems, ...differences(Object.fromEntries(now.states), Object.fromEntries(before.states)).map(text => `lost: ${text}`)]
}

function rerunProblems({ mayEndWith, bytes }: Operation, { error, moved, resumed }: Report, arrived: number | undefined): string[] {
  if (error !== undefined && error.code !== mayEndWith) return [`the next run failed: ${error.message} (${error.code})`]
  if (arrived === undefined || bytes === undefined || moved <= bytes - arrived) return []
  return [`${moved} of ${bytes} bytes were moved by the next run, and ${arrived} had arrived already (${resumed} gone on from)`]
}
