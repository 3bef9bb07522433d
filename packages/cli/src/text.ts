import { printable } from '@fairlead/core'
import { formatBytes } from '@fairlead/core/host'

/** `1 file`, `3 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Aligned `key: value` lines; what is undefined is left out. */
export function keyed(values: Readonly<Record<string, string | number | undefined>>): string {
  const shown = Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== undefined)
  const width = Math.max(0, ...shown.map(([key]) => key.length)) + 2
  return shown.map(([key, value]) => `${`${key}:`.padEnd(width)}${printable(String(value), Infinity)}`).join('\n')
}

/** Files and bytes of an asset, for people. */
export function sizeText(files: number, bytes: number): string {
  return `${formatBytes(bytes)} in ${counted(files, 'file')}`
}
