import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Paths below a folder, folders with a slash at the end; none where there is no folder. */
export function pathsBelow(folder: string, prefix = ''): string[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = `${prefix}${entry.name}`
    return entry.isDirectory() ? [`${path}/`, ...pathsBelow(join(folder, entry.name), `${path}/`)] : [path]
  })
}

/** Content, mode and modification time of everything below a folder, or of one file. */
export function fullTree(path: string): Record<string, string> {
  const status = lstatSync(path)
  const described = (file: string) => {
    const { mode, mtimeMs } = lstatSync(file)
    return `${(mode & 0o777).toString(8)} ${Math.round(mtimeMs)} ${sha256(readFileSync(file))}`
  }
  if (status.isFile()) return { '': described(path) }
  return Object.fromEntries([
    ['', (status.mode & 0o777).toString(8)],
    ...pathsBelow(path).map(below => [below, below.endsWith('/') ? '' : described(join(path, below))]),
  ])
}

/**
 * What lies below a folder, without what differs from run to run: the time in tag records and in the names of chunks, and
 * the state of a file that a metadata record of the disk client is about.
 */
export function timelessTree(folder: string): Record<string, string> {
  return Object.fromEntries(
    pathsBelow(folder).map(path => {
      const name = path.replace(/\d{4}-\d\d-\d\dT-\d\d-\d\d-\d\d/, 'TIME')
      return path.endsWith('/') ? [name, ''] : [name, sha256(timeless(path, readFileSync(join(folder, path))))]
    }),
  )
}

function timeless(path: string, bytes: Buffer): Buffer | string {
  if (/\/_tag\/[^/]*\.json$/.test(path)) return bytes.toString().replace(/"time":"[^"]*"/, '')
  if (path.includes('.fairlead/metadata/')) return bytes.toString().replaceAll(/"content":"[^"]*"/g, '')
  return bytes
}

/** The first differences of two trees, one sentence each. */
export function differences(found: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): string[] {
  const paths = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].toSorted()
  return paths
    .filter(path => found[path] !== wanted[path])
    .slice(0, 8)
    .map(path => {
      if (wanted[path] === undefined) return `"${path}" is there and should not be`
      return found[path] === undefined ? `"${path}" is missing` : `"${path}" is ${found[path]} and should be ${wanted[path]}`
    })
}
