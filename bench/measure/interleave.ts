import { runProgram, type Program } from './run-program.ts'
import { spreadOf, type Spread } from './spread.ts'

/** One way to do a job. */
export interface Contestant {
  readonly name: string
  /** Run one after the other and counted as one. */
  readonly programs: readonly Program[]
  /** What one run deals with, by unit, such as `{ files: 10_000 }`. */
  readonly amounts: Readonly<Record<string, number>>
  /** What a report must count; a program that did less has not done the job. */
  readonly count?: number
  /** Before every run, not measured. */
  readonly before?: () => void
  /** After every run, not measured. */
  readonly after?: () => void
}

/** A contestant's runs together. */
export interface Row {
  readonly name: string
  readonly runs: number
  readonly wallSeconds: Spread
  readonly cpuSeconds: Spread | undefined
  readonly peakBytes: Spread | undefined
  /** Units a second: amount by the median of the time that counts. */
  readonly rates: Readonly<Record<string, number>>
}

interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number | undefined
  readonly peakBytes: number | undefined
  readonly countedSeconds: number
}

async function runOnce({ name, programs, count, before, after }: Contestant): Promise<Run> {
  before?.()
  let run: Run = { wallSeconds: 0, cpuSeconds: 0, peakBytes: undefined, countedSeconds: 0 }
  for (const program of programs) {
    const { wallSeconds, cpuSeconds, peakBytes, report } = await runProgram(program)
    if (report !== undefined && count !== undefined && report.count !== count) {
      throw new Error(`${name}: ${report.count} of ${count} were dealt with.`)
    }
    run = {
      wallSeconds: run.wallSeconds + wallSeconds,
      cpuSeconds: run.cpuSeconds === undefined || cpuSeconds === undefined ? undefined : run.cpuSeconds + cpuSeconds,
      peakBytes: peakBytes === undefined ? run.peakBytes : Math.max(peakBytes, run.peakBytes ?? 0),
      countedSeconds: run.countedSeconds + (report?.seconds ?? wallSeconds),
    }
  }
  after?.()
  return run
}

function known(values: ReadonlyArray<number | undefined>): number[] {
  return values.filter(value => value !== undefined)
}

function rowOf({ name, amounts }: Contestant, runs: readonly Run[]): Row {
  const wallSeconds = spreadOf(runs.map(run => run.wallSeconds))
  const counted = spreadOf(runs.map(run => run.countedSeconds))
  if (wallSeconds === undefined || counted === undefined) throw new Error(`${name} was never run.`)
  return {
    name,
    runs: runs.length,
    wallSeconds,
    cpuSeconds: spreadOf(known(runs.map(run => run.cpuSeconds))),
    peakBytes: spreadOf(known(runs.map(run => run.peakBytes))),
    rates: Object.fromEntries(Object.entries(amounts).map(([unit, amount]) => [unit, amount / counted.median])),
  }
}

/**
 * Runs all contestants in turn, A B C C B A A B C …, so that what else the machine does meets them alike, and none always runs after
 * the same other one, whose traces in memory and on the disk it would find.
 */
export async function interleave(contestants: readonly Contestant[], runs: number, onRun: (text: string) => void): Promise<readonly Row[]> {
  const done = contestants.map((): Run[] => [])
  for (let round = 1; round <= runs; round++) {
    const order = [...contestants.entries()]
    for (const [index, contestant] of round % 2 === 1 ? order : order.reverse()) {
      onRun(`run ${round} of ${runs}: ${contestant.name}`)
      done[index]?.push(await runOnce(contestant))
    }
  }
  return contestants.map((contestant, index) => rowOf(contestant, done[index] ?? []))
}
