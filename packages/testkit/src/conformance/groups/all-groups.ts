import type { Group } from '../case.ts'
import { abortGroup } from './abort.ts'
import { assetsGroup } from './assets.ts'
import { commandsGroup } from './commands.ts'
import { errorsGroup } from './errors.ts'
import { exportGroup } from './export.ts'
import { integrityGroup } from './integrity.ts'
import { listGroup } from './list.ts'
import { manifestGroup } from './manifest.ts'
import { optionsGroup } from './options.ts'
import { pathsGroup } from './paths.ts'
import { progressGroup } from './progress.ts'
import { readGroup } from './read.ts'
import { removeGroup } from './remove.ts'
import { resumeGroup } from './resume.ts'
import { retryGroup } from './retry.ts'
import { searchGroup } from './search.ts'
import { secretsGroup } from './secrets.ts'
import { shareGroup } from './share.ts'
import { tokenGroup } from './token.ts'
import { writeGroup } from './write.ts'

/** The subjects of the suite, in the order they run. */
export const groupNames = [
  'manifest',
  'options',
  'read',
  'write',
  'list',
  'remove',
  'paths',
  'errors',
  'abort',
  'progress',
  'retry',
  'token',
  'resume',
  'integrity',
  'secrets',
  'assets',
  'search',
  'share',
  'export',
  'commands',
] as const

/** One of the suite's subjects. */
export type GroupName = (typeof groupNames)[number]

const byName: Readonly<Record<GroupName, Group>> = {
  manifest: manifestGroup,
  options: optionsGroup,
  read: readGroup,
  write: writeGroup,
  list: listGroup,
  remove: removeGroup,
  paths: pathsGroup,
  errors: errorsGroup,
  abort: abortGroup,
  progress: progressGroup,
  retry: retryGroup,
  token: tokenGroup,
  resume: resumeGroup,
  integrity: integrityGroup,
  secrets: secretsGroup,
  assets: assetsGroup,
  search: searchGroup,
  share: shareGroup,
  export: exportGroup,
  commands: commandsGroup,
}

/** Every group with its name. */
export const groups: ReadonlyArray<Group & { readonly name: GroupName }> = groupNames.map(name => ({ ...byName[name], name }))
