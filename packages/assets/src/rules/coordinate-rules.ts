import type { TraitValue } from '../traits/trait.ts'
import { flag } from './list-rules.ts'
import { listed, shown, type RuleMaker } from './rule.ts'
import type { ColumnType } from '../traits/column.ts'

type Coordinate = readonly number[]

const maxShown = 10
const fits: readonly ColumnType[] = ['integers', 'numbers']

function isCoordinate(value: unknown): value is Coordinate {
  return Array.isArray(value) && value.length > 0 && value.every(element => Number.isSafeInteger(element))
}

/** The distinct coordinates with how often each occurs, or what keeps them from being compared. */
function distinct(values: readonly TraitValue[]): Map<string, { coordinate: Coordinate; count: number }> | string {
  const counts = new Map<string, { coordinate: Coordinate; count: number }>()
  let axes: number | undefined
  for (const value of values) {
    if (!isCoordinate(value)) return `is ${shown(value)}, which is not a list of whole numbers`
    axes ??= value.length
    if (value.length !== axes) return `has ${axes} axes in one file and ${value.length} in another`
    const key = value.join()
    const entry = counts.get(key)
    if (entry === undefined) counts.set(key, { coordinate: value, count: 1 })
    else entry.count++
  }
  return counts
}

function uniformCoordinateCount(values: readonly TraitValue[]): string | undefined {
  const counts = distinct(values)
  if (typeof counts === 'string') return counts
  let most = 0
  for (const { count } of counts.values()) most = Math.max(most, count)
  const fewer = [...counts.values()].filter(({ count }) => count < most)
  if (fewer.length === 0) return undefined
  return `occurs less often than the others (${most} times) at ${listed(fewer.map(({ coordinate, count }) => `${shown(coordinate)}: ${count}`))}`
}

interface Axis {
  least: number
  greatest: number
}

function axesOf(coordinates: Iterable<Coordinate>): Axis[] {
  const axes: Axis[] = []
  for (const coordinate of coordinates) {
    for (const [index, value] of coordinate.entries()) {
      const axis = axes[index]
      if (axis === undefined) axes.push({ least: value, greatest: value })
      else {
        axis.least = Math.min(axis.least, value)
        axis.greatest = Math.max(axis.greatest, value)
      }
    }
  }
  return axes
}

/** The coordinate at a position of the box, the last axis running fastest. */
function cell(axes: readonly Axis[], position: number): number[] {
  const coordinate: number[] = []
  let rest = position
  for (const { least, greatest } of axes.toReversed()) {
    const length = greatest - least + 1
    coordinate.push(least + (rest % length))
    rest = Math.floor(rest / length)
  }
  return coordinate.reverse()
}

/** Walks no more cells of the box than there are coordinates and shown gaps, so a far outlier costs nothing. */
function denseCoordinates(values: readonly TraitValue[]): string | undefined {
  const counts = distinct(values)
  if (typeof counts === 'string') return counts
  if (counts.size === 0) return undefined
  const axes = axesOf([...counts.values()].map(({ coordinate }) => coordinate))
  const cells = axes.reduce((product, { least, greatest }) => product * (greatest - least + 1), 1)
  const missing = cells - counts.size
  if (missing === 0) return undefined
  const texts: string[] = []
  for (let position = 0; texts.length < Math.min(missing, maxShown); position++) {
    const coordinate = cell(axes, position)
    if (!counts.has(coordinate.join())) texts.push(shown(coordinate))
  }
  return `leaves ${missing === 1 ? 'a gap' : `${missing} gaps`} at ${listed(texts, missing)}`
}

function isBefore(a: Coordinate, b: Coordinate): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index]
    if (other === undefined) return false
    if (value !== other) return value < other
  }
  return a.length < b.length
}

const coordinatesBeginAt: RuleMaker = {
  scope: 'asset',
  about: 'The first coordinate, ordered by x, then y, then z, is this one.',
  fits,
  operand: () => ({ type: 'array', minItems: 1, maxItems: 3, items: { type: 'integer' } }),
  make(operand) {
    if (!isCoordinate(operand) || operand.length > 3) return 'needs a list of 1 to 3 whole numbers'
    const key = operand.join()
    const words = `must start at ${shown(operand)}`
    return {
      words,
      check(values) {
        const counts = distinct(values)
        if (typeof counts === 'string') return counts
        let first: Coordinate | undefined
        for (const { coordinate } of counts.values()) if (first === undefined || isBefore(coordinate, first)) first = coordinate
        return first === undefined || first.join() === key ? undefined : `starts at ${shown(first)}; it ${words}`
      },
    }
  },
}

/** Rules over the coordinates of all files: ordered by x, then y, then z. */
export const coordinateRules = {
  uniformCoordinateCount: flag(
    'Every coordinate that occurs has the same number of files.',
    'must occur equally often at every coordinate',
    uniformCoordinateCount,
    fits,
  ),
  denseCoordinates: flag(
    'Every coordinate between the lowest and highest value of each axis occurs.',
    'must fill the box that the coordinates span',
    denseCoordinates,
    fits,
  ),
  coordinatesBeginAt,
} as const satisfies Record<string, RuleMaker>
