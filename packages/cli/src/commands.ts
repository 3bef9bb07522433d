import type { Config } from '@oclif/core/config'
import type { BaseCommand } from './base-command.ts'

/** A command class, as the table's modules export it. */
export type CommandClass = (new (argv: string[], config: Config) => BaseCommand) & Pick<typeof BaseCommand, 'id' | 'result' | 'jsonLines' | 'hidden' | 'summary'>

/** Every command by its id, loaded when it is run: words are joined by a colon. */
export const commands: Readonly<Record<string, () => Promise<{ readonly default: CommandClass }>>> = {
  'name:parse': () => import('./commands/name-parse.ts'),
  'reference:parse': () => import('./commands/reference-parse.ts'),
}
