import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { projectFileName, readConfig, type CatalogConfig } from './config/config.ts'

/** A folder with a fairlead.yaml: what every step of the catalog works on. */
export interface Project {
  readonly folder: string
  /** The project file. */
  readonly file: string
  readonly config: CatalogConfig
  /** Where the snapshots of the catalog lie. */
  readonly catalogFolder: string
}

/** The project of a folder or of a project file. Throws `not-found` or `config-invalid`. */
export function openProject(path: string): Project {
  const full = resolve(path)
  const isFolder = existsSync(full) && statSync(full).isDirectory()
  const file = isFolder ? join(full, projectFileName) : full
  const folder = dirname(file)
  return { folder, file, config: readConfig(file), catalogFolder: join(folder, '.fairlead', 'catalog') }
}

/** The project of the nearest folder upwards that has a fairlead.yaml. Throws `not-found` or `config-invalid`. */
export function findProject(from: string): Project {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, projectFileName))) return openProject(folder)
    if (dirname(folder) === folder) {
      throw new FairleadError('not-found', `neither ${resolve(from)} nor a folder above it has a ${projectFileName}`, {
        hint: 'Make one: fairlead init',
      })
    }
  }
}
