import type { FieldName, NameValues } from '../grammar/fields.ts'
import { ruleMakers } from '../rules/rule-table.ts'
import type { TraitValue } from '../traits/trait.ts'
import type { Specification } from '../specification/specification.ts'
import type { PlainRules, RuleOperand } from '../yaml/specification-text.ts'

/** A rule over the files of an asset that may be worth stating. */
const candidates: ReadonlyArray<readonly [field: FieldName, rule: string]> = [
  ['frame', 'noMissingValues'],
  ['coordinate', 'denseCoordinates'],
  ['coordinate', 'uniformCoordinateCount'],
]

/** So many assets must speak for a rule, and none against it. */
const leastAssets = 2

/** Gathers, asset by asset, which rules every asset of a specification satisfies. */
export class AssetRuleVotes {
  private readonly specification: Specification
  private readonly votes = new Map<string, { assets: number; holds: boolean }>()
  private readonly begins = new Map<string, number>()
  private assets = 0
  /** Files by how many numbers their coordinate has. */
  readonly axes = new Map<number, number>()

  constructor(specification: Specification) {
    this.specification = specification
  }

  private vote(key: string, holds: boolean): void {
    const vote = this.votes.get(key) ?? { assets: 0, holds: true }
    vote.assets++
    vote.holds &&= holds
    this.votes.set(key, vote)
  }

  /** Adds one asset all of whose names follow. */
  add(files: readonly NameValues[]): void {
    if (files.length < 2) return
    this.assets++
    for (const [field, rule] of candidates) {
      const column = files.flatMap((one): TraitValue[] => {
        const value = one[field]
        return value === undefined ? [] : [value]
      })
      const maker = ruleMakers.get(rule)
      if (new Set(column.map(String)).size < 2 || maker?.scope !== 'asset') continue
      const check = maker.make(true)
      if (typeof check !== 'string') this.vote(`${field} ${rule}`, check.check(column) === undefined)
    }
    for (const field of this.specification.filenameFields) {
      if (field === 'frame' || this.specification.assetNameFields.includes(field)) continue
      this.vote(`${field} homogeneous`, new Set(files.map(one => String(one[field]))).size === 1)
    }
    const coordinates = files.flatMap(one => (one.coordinate === undefined ? [] : [one.coordinate]))
    for (const { length } of coordinates) this.axes.set(length, (this.axes.get(length) ?? 0) + 1)
    const [first] = coordinates.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0) || (a[2] ?? 0) - (b[2] ?? 0))
    if (first !== undefined && this.begins.size < 2)
      this.begins.set(JSON.stringify(first), (this.begins.get(JSON.stringify(first)) ?? 0) + 1)
  }

  /** The rules for which at least two assets speak and none against, by field, added to those that are known. */
  rules(known: Readonly<Record<string, PlainRules>>): Record<string, PlainRules> {
    const rules: Record<string, Record<string, RuleOperand>> = {}
    for (const [field, own] of Object.entries(known)) rules[field] = { ...own }
    for (const [key, { assets, holds }] of this.votes) {
      const [field = '', rule = ''] = key.split(' ')
      const isImplied = rule === 'homogeneous' && rules[field]?.['eq'] !== undefined
      if (holds && assets >= leastAssets && !isImplied) rules[field] = { ...rules[field], [rule]: true }
    }
    const [begin] = this.begins
    if (begin !== undefined && this.begins.size === 1 && begin[1] === this.assets && begin[1] >= leastAssets) {
      const origin: readonly number[] = JSON.parse(begin[0])
      rules['coordinate'] = { ...rules['coordinate'], coordinatesBeginAt: origin }
    }
    return rules
  }
}
