import type { Row } from '../measure/interleave.ts'

/** A figure the project holds itself to. */
export interface Target {
  readonly what: string
  readonly target: string
  readonly measured: string
  readonly met: boolean
}

/** One table of results. */
export interface Result {
  readonly suite: string
  readonly title: string
  /** How it was measured, where that isn't plain from the title. */
  readonly notes: readonly string[]
  /** The first row is what the others are compared with. */
  readonly rows: readonly Row[]
  readonly targets: readonly Target[]
}

/** What a suite works with. */
export interface Bench {
  readonly runs: number
  /** How many files the big trees have. */
  readonly files: number
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string
  /** Of measured processes: without the settings and certificates of whoever runs the bench. */
  readonly env: NodeJS.ProcessEnv
  /** Whether packages are run from their sources instead of from what was built. */
  readonly fromSources: boolean
  /** Whether to empty the page cache before runs that are to find it empty. */
  readonly dropCaches: boolean
  /** What is going on, for a person who waits. */
  readonly say: (text: string) => void
}

/** The row of a name; a suite that lost one is wrong. */
export function rowNamed(rows: readonly Row[], name: string): Row {
  const row = rows.find(one => one.name === name)
  if (row === undefined) throw new Error(`There is no row "${name}".`)
  return row
}

/** How many times as long as another row, by the medians. */
export function timesAsLong(row: Row, other: Row): number {
  return row.wallSeconds.median / other.wallSeconds.median
}

/** At most so much of a figure. */
export function atMost(what: string, most: number, measured: number, unit: string): Target {
  return { what, target: `≤ ${figure(most)} ${unit}`, measured: `${figure(measured)} ${unit}`, met: measured <= most }
}

/** At least so much of a figure. */
export function atLeast(what: string, least: number, measured: number, unit: string): Target {
  return { what, target: `≥ ${figure(least)} ${unit}`, measured: `${figure(measured)} ${unit}`, met: measured >= least }
}

/** Three digits that matter; thousands apart. */
export function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3)
}
