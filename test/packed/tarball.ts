import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a package.json may say about where an import leads: a file, or more conditions. */
export type ExportTarget = string | { readonly [condition: string]: ExportTarget }

/** The manifest as it was packed, as far as the tests read it. */
export interface PackedManifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, ExportTarget>>
  readonly bin?: Readonly<Record<string, string>>
}

/** An unpacked tarball. */
export interface Unpacked {
  readonly folder: string
  /** Paths with `/`, relative to the package. */
  readonly files: readonly string[]
  /** The text of package.json. */
  readonly text: string
  readonly manifest: PackedManifest
}

/** Unpacks a tarball into a new folder. */
export function unpack(tarball: string, folder: string): Unpacked {
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'])
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return { folder, files, text, manifest: JSON.parse(text) as PackedManifest }
}

/** Every file that the exports of a package lead to. */
export function targets(target: ExportTarget | PackedManifest['exports']): string[] {
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(targets)
}

/** The names under which the modules of a package are imported: `@fairlead/core`, `@fairlead/core/host`, … */
export function moduleNames({ name, exports }: PackedManifest): string[] {
  return Object.keys(exports)
    .filter(path => !path.endsWith('.json'))
    .map(path => `${name}${path.slice(1)}`)
}
