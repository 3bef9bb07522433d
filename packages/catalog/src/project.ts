import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { projectFileName, readConfig, type CatalogConfig } from './config/config.ts'
import type { Variables } from './config/environment.ts'

/** A folder with a configuration: what every step of the catalog works on. */
export interface Project {
  readonly folder: string
  /** The project file; where the environment makes the project, the one that could be there. */
  readonly file: string
  readonly config: CatalogConfig
  /** Where the snapshots of the catalog lie. */
  readonly catalogFolder: string
}

/** The project file that a folder or a file means. */
export function projectFileAt(path: string): string {
  const full = resolve(path)
  return existsSync(full) && statSync(full).isDirectory() ? join(full, projectFileName) : full
}

/**
 * The project of a folder or of a project file, under the configuration variables of the environment. Throws `not-found`
 * or `config-invalid`.
 */
export function openProject(path: string, environment: Variables = process.env): Project {
  const file = projectFileAt(path)
  const folder = dirname(file)
  return { folder, file, config: readConfig(file, environment).config, catalogFolder: join(folder, '.fairlead', 'catalog') }
}

/**
 * The project file that counts for a folder: what FAIRLEAD_CONFIG names, else that of the nearest folder upwards, else,
 * where FAIRLEAD_INGRESS_DIRECTORY is set, the one that the folder itself could have. Throws `not-found`.
 */
export function findProjectFile(from: string, environment: Variables = process.env): string {
  const start = resolve(from)
  const named = environment['FAIRLEAD_CONFIG']
  if (named) {
    const file = projectFileAt(resolve(start, named))
    if (existsSync(file)) return file
    throw new FairleadError('config-invalid', `FAIRLEAD_CONFIG is ${file}, which does not exist`, {
      path: file,
      hint: 'Correct FAIRLEAD_CONFIG, or unset it.',
    })
  }
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, projectFileName))) return join(folder, projectFileName)
    if (dirname(folder) !== folder) continue
    if (environment['FAIRLEAD_INGRESS_DIRECTORY']) return join(start, projectFileName)
    throw new FairleadError('not-found', `neither ${start} nor a folder above it has a ${projectFileName}`, {
      hint: 'Create one: fairlead init',
    })
  }
}

/** The project that counts for a folder; see {@link findProjectFile}. Throws `not-found` or `config-invalid`. */
export function findProject(from: string, environment: Variables = process.env): Project {
  return openProject(findProjectFile(from, environment), environment)
}
