import type * as Catalog from '@fairlead/catalog'
import { FairleadError } from '@fairlead/core'
import { relative } from 'node:path'

/** Where a value comes from, as people read it. */
export function sourceText(source: Catalog.ConfigSource): string {
  switch (source.kind) {
    case 'file':
      return `${relative('.', source.file) || source.file}:${source.line}`
    case 'environment':
      return source.variable
    case 'default':
      return 'default'
  }
}

/** The file of a project; none is a wrong use. */
export function projectFile(catalog: typeof Catalog, path: string | undefined): string {
  try {
    return path === undefined ? catalog.findProjectFile(process.cwd()) : catalog.projectFileAt(path)
  } catch (error) {
    throw noProject(error)
  }
}

/** No project is a wrong use, and the command that makes one is named. */
export function noProject(error: unknown): unknown {
  if (!FairleadError.is(error, 'not-found')) return error
  return new FairleadError('config-invalid', error.message, {
    ...(error.path !== undefined && { path: error.path }),
    hint: 'Create one here: fairlead init',
    cause: error,
  })
}
