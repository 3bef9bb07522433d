import type { Config } from '@oclif/core/config'
import type { BaseCommand } from './base-command.ts'

/** A command class, as the table's modules export it. */
export type CommandClass = (new (argv: string[], config: Config) => BaseCommand) &
  Pick<typeof BaseCommand, 'id' | 'result' | 'jsonLines' | 'hidden' | 'summary'>

/** Every command by its id, loaded when it is run: words are joined by a colon. */
export const commands: Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>> = {
  cat: () => import('./commands/cat.ts'),
  'client:add': () => import('./commands/client-add.ts'),
  'client:check': () => import('./commands/client-check.ts'),
  'client:clean': () => import('./commands/client-clean.ts'),
  'client:list': () => import('./commands/client-list.ts'),
  'client:remove': () => import('./commands/client-remove.ts'),
  'client:set': () => import('./commands/client-set.ts'),
  'client:show': () => import('./commands/client-show.ts'),
  'client:unset': () => import('./commands/client-unset.ts'),
  'client:use': () => import('./commands/client-use.ts'),
  complete: () => import('./commands/complete.ts'),
  completion: () => import('./commands/completion.ts'),
  'config:check': () => import('./commands/config-check.ts'),
  'config:schema': () => import('./commands/config-schema.ts'),
  'config:show': () => import('./commands/config-show.ts'),
  create: () => import('./commands/create.ts'),
  delete: () => import('./commands/delete.ts'),
  doctor: () => import('./commands/doctor.ts'),
  export: () => import('./commands/export.ts'),
  home: () => import('./commands/home.ts'),
  init: () => import('./commands/init.ts'),
  inspect: () => import('./commands/inspect.ts'),
  ls: () => import('./commands/ls.ts'),
  metadata: () => import('./commands/metadata.ts'),
  'name:fix': () => import('./commands/name-fix.ts'),
  'name:lint': () => import('./commands/name-lint.ts'),
  'name:next': () => import('./commands/name-next.ts'),
  'name:parse': () => import('./commands/name-parse.ts'),
  paths: () => import('./commands/paths.ts'),
  pull: () => import('./commands/pull.ts'),
  push: () => import('./commands/push.ts'),
  query: () => import('./commands/query.ts'),
  'reference:parse': () => import('./commands/reference-parse.ts'),
  remove: () => import('./commands/remove.ts'),
  search: () => import('./commands/search.ts'),
  share: () => import('./commands/share.ts'),
  'share:list': () => import('./commands/share-list.ts'),
  'share:revoke': () => import('./commands/share-revoke.ts'),
  shell: () => import('./commands/shell.ts'),
  status: () => import('./commands/status.ts'),
  tag: () => import('./commands/tag.ts'),
  update: () => import('./commands/update.ts'),
  verify: () => import('./commands/verify.ts'),
  workflow: () => import('./commands/workflow.ts'),
}
