import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { createFolders, createLocks, nearest } from '@fairlead/core/host'
import type { SavedQuery } from '../../config/config.ts'
import { replaceText } from '../../config/replace-text.ts'
import { openProject, type Project } from '../../project.ts'
import { readIfThere } from '../../staging/files.ts'
import { editQueries } from './edit-queries.ts'

/** The saved query of a name. Throws `not-found` with the nearest name. */
export function savedQuery(project: Project, name: string): SavedQuery {
  const { queries } = project.config
  const found = Object.hasOwn(queries, name) ? queries[name] : undefined
  if (found !== undefined) return found
  const meant = nearest(name, Object.keys(queries))
  throw new FairleadError('not-found', `there is no saved query "${name}"`, {
    hint: meant === undefined ? 'List them: fairlead query --list' : `Did you mean "${meant}"?`,
  })
}

/** Edits the queries of a project file; two at once wait for each other. */
async function edit({ file }: Project, name: string, query: SavedQuery | undefined): Promise<void> {
  const entry = query && {
    sql: query.sql,
    ...(query.groupBy !== undefined && { group_by: query.groupBy }),
    ...(query.description !== undefined && { description: query.description }),
  }
  await createLocks(join(createFolders().state, 'locks')).exclusive(`project:${file}`, async () => {
    const text = readIfThere(file)
    if (text === undefined) {
      throw new FairleadError('not-found', `there is no project file ${file} to save queries in`, {
        path: file,
        hint: 'Create one: fairlead init',
      })
    }
    const edited = editQueries(text, name, entry)
    if (edited !== text) replaceText(file, edited)
  })
}

/**
 * Keeps a query under a name in the project file, whose other text and comments stay as they are. `already-exists` where
 * the name is taken by another query, unless `force`.
 */
export async function saveQuery(project: Project, name: string, query: SavedQuery, { force = false } = {}): Promise<void> {
  if (!/^[a-z][a-z0-9_-]{0,63}$/.test(name)) {
    throw new FairleadError('input-invalid', `"${name}" is not a valid query name`, {
      hint: 'Use small letters, digits, - and _, a letter first.',
    })
  }
  const { queries } = project.config
  if (!force && Object.hasOwn(queries, name) && queries[name]?.sql !== query.sql) {
    throw new FairleadError('already-exists', `a saved query "${name}" already exists`, {
      hint: 'Choose another name, or replace it: --force',
    })
  }
  await edit(project, name, query)
}

/** Removes a saved query from the project file. Throws `not-found`. */
export async function removeQuery(project: Project, name: string): Promise<void> {
  savedQuery(openProject(project.file), name)
  await edit(project, name, undefined)
}
