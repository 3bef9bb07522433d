import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** An absolute path with the links of that part of it followed that is there. */
export function realPath(path: string): string {
  const whole = resolve(path)
  if (lstatSync(whole, { throwIfNoEntry: false }) !== undefined) return realpathSync(whole)
  const parent = dirname(whole)
  return parent === whole ? whole : join(realPath(parent), basename(whole))
}
