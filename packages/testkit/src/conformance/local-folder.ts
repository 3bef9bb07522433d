import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A folder with these files, each with a time of its own in the past. */
export function makeFolder(folder: string, files: Readonly<Record<string, string>>, executable: readonly string[] = []): void {
  for (const [index, [path, text]] of Object.entries(files).entries()) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (executable.includes(path)) chmodSync(file, 0o755)
    const time = new Date(Date.UTC(2020, 0, 1 + index, 3, 4, 5))
    utimesSync(file, time, time)
  }
}

/** Every file below a folder as `path=text`, in order; with `attributes` also its time and whether it may be run. */
export function contentOf(folder: string, options: { readonly attributes?: boolean } = {}): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => {
      const file = join(entry.parentPath, entry.name)
      const { mode, mtimeMs } = statSync(file)
      const more = options.attributes === true ? ` ${Math.floor(mtimeMs / 1000)} ${(mode & 0o100) === 0 ? 'data' : 'program'}` : ''
      return `${relative(folder, file)}=${readFileSync(file, 'utf8')}${more}`
    })
    .sort()
}
