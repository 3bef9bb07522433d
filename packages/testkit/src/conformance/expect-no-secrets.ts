import type { Manifest } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from './bench.ts'

/** The settings of a client that are secrets. */
export function secretNames({ options }: Manifest): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => (option.type === 'secret' ? [name] : []))
}

/** Settings, Authorization values as they went by, and the tokens in them. */
export function expectNoSecrets({ manifest, harness }: Bench, text: string, where: string): void {
  const settings = secretNames(manifest).flatMap(name => (harness.settings[name] === undefined ? [] : [String(harness.settings[name])]))
  const credentials = [...(harness.faults?.credentials ?? [])].flatMap(value => [value, ...value.split(' ').slice(1)])
  for (const secret of [...settings, ...credentials]) {
    if (secret.length > 5) expect(text.includes(secret), `${where} shows a secret`).toBe(false)
  }
}
