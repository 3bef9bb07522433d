import type { PlainRules, RuleOperand } from '../yaml/specification-text.ts'

type Value = string | number | boolean

const mostValues = 20

/** Gathers the traits of the files of one specification, and tells which are the same everywhere. */
export class TraitCensus {
  private files = 0
  private readonly traits = new Map<string, { files: number; readonly values: Map<Value, number> }>()

  /** Adds what was measured on one file. */
  add(measured: Readonly<Record<string, Value>>): void {
    this.files++
    for (const [name, value] of Object.entries(measured)) {
      const trait = this.traits.get(name) ?? { files: 0, values: new Map<Value, number>() }
      trait.files++
      if (trait.values.has(value) || trait.values.size < mostValues) trait.values.set(value, (trait.values.get(value) ?? 0) + 1)
      this.traits.set(name, trait)
    }
  }

  /** The traits that every file has: required, and equal to a value where there is only one. */
  proposal(): { readonly traits: Readonly<Record<string, string>>; readonly rules: Readonly<Record<string, PlainRules>> } {
    const traits: Record<string, string> = {}
    const rules: Record<string, Record<string, RuleOperand>> = {}
    for (const [name, { files, values }] of this.traits) {
      const [value, ...others] = values.keys()
      if (files !== this.files || value === undefined) continue
      traits[name] = name
      rules[name] = { required: true, ...(others.length === 0 && { eq: value }) }
    }
    return { traits, rules }
  }
}
