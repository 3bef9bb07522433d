import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** What new clients are made of. */
export interface Template {
  /** Texts by their path, with `/`. */
  readonly files: ReadonlyMap<string, string>
  /** The version of this package. */
  readonly version: string
  /** The version range of each package that a generated one may name. */
  readonly ranges: Readonly<Record<string, string>>
}

/** Reads the template that lies in a folder, as it was packed. */
export function loadTemplate(folder: string): Template {
  const files = new Map<string, string>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files.set(relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8'))
  }
  const versions: Pick<Template, 'version' | 'ranges'> = JSON.parse(files.get('versions.json') ?? '{}') // written by our own build
  files.delete('versions.json')
  return { ...versions, files }
}
