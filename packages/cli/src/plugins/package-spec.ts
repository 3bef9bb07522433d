import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { printable } from '@fairlead/core'
import { usageError } from '../exit.ts'

/** What somebody asked to install: a package of the registry, a tarball of this machine, or an address that npm knows. */
export type PackageSpec =
  | { readonly kind: 'registry'; readonly name: string; readonly version: string }
  | { readonly kind: 'tarball'; readonly path: string }
  | { readonly kind: 'address'; readonly url: string }

const registry = /^((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)(?:@([^/:]*))?$/i
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~_-][a-z0-9._~-]*$/i

/** Whether npm could have a package of that name. It leads nowhere but into a `node_modules`. */
export const isPackageName = (name: string): boolean => name.length <= 214 && packageName.test(name)

/** Takes apart what was asked for. `input-invalid` for what npm would take as something else, such as a flag. */
export function parseSpec(text: string): PackageSpec {
  if (text === '' || text.startsWith('-') || /[\p{Cc}\s]/u.test(text.replaceAll(' ', '')))
    throw usageError(
      `"${printable(text)}" is not a package.`,
      'Give a name, a name with a version (NAME@1.2.0), or a tarball (./NAME-1.2.0.tgz).',
    )
  const path = resolve(text.startsWith('~/') ? join(homedir(), text.slice(2)) : text.replace(/^file:/, ''))
  const isPath = /^(\.{0,2}[/\\]|~\/|file:|[A-Za-z]:[/\\])/.test(text) || text === '.' || text === '..'
  const there = isPath || /\.(tgz|tar\.gz|tar)$/.test(text) ? statSync(path, { throwIfNoEntry: false }) : undefined
  if (there?.isDirectory() === true)
    throw usageError(
      `${printable(text)} is a folder.`,
      `Link it with \`fairlead plugins link ${text}\`, or install the tarball that \`npm pack\` creates from it.`,
    )
  if (there?.isFile() === true) return { kind: 'tarball', path }
  if (isPath) throw usageError(`There is no tarball at ${printable(text)}.`, 'Create one with `npm pack`.')
  const named = registry.exec(text)
  if (named !== null) return { kind: 'registry', name: named[1] ?? '', version: named[2] ?? '' }
  if (/^(git(\+\w+)?:|https?:|github:|gitlab:|bitbucket:|npm:)/.test(text)) return { kind: 'address', url: text }
  throw usageError(
    `"${printable(text)}" is not a package that npm can find.`,
    'Give a name, a name with a version (NAME@1.2.0), a tarball (./NAME-1.2.0.tgz), or an address (https://…, git+ssh://…).',
  )
}
