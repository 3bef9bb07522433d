import { readFileSync, statSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'

/** Whether a value is an object with keys. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether there is a file (not a folder) of that path. */
export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** What a JSON file holds; undefined where there is none. `plugin-invalid` when it can't be read or is not JSON. */
export function readJson(file: string): unknown {
  try {
    return isFile(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'is not JSON' : "can't be read"
    throw new FairleadError('plugin-invalid', `${file} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      path: file,
      cause,
    })
  }
}
