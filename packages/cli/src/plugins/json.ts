import { readFileSync, statSync, type Stats } from 'node:fs'
import { FairleadError } from '@fairlead/core'

/** Whether a value is an object with keys. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is at a path. Packages of strangers name paths too: what can't be looked at (links in a circle, names too long) is not there. */
function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** Whether there is a file (not a folder) of that path. */
export const isFile = (path: string): boolean => lookAt(path)?.isFile() === true

/** Whether there is a folder of that path. */
export const isFolder = (path: string): boolean => lookAt(path)?.isDirectory() === true

/** Far more than any manifest or package.json has: they are read whenever something is looked for. */
const mostBytes = 4 * 1024 * 1024

/** What a JSON file holds; undefined where there is none. `plugin-invalid` when it can't be read, is too long or is not JSON. */
export function readJson(file: string): unknown {
  const there = lookAt(file)
  if (there?.isFile() !== true) return undefined
  if (there.size > mostBytes)
    throw new FairleadError('plugin-invalid', `${file} has ${there.size} bytes, and at most ${mostBytes} are read`, { path: file })
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'is not JSON' : "can't be read"
    throw new FairleadError('plugin-invalid', `${file} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      path: file,
      cause,
    })
  }
}
