import { Config } from '@oclif/core/config'
import type { BaseCommand } from './base-command.ts'
import type { CommandClass } from './commands.ts'

/** A command ready to be executed. oclif's configuration stays unloaded: only help needs to know of all the commands. */
export function createCommand(CommandClass: CommandClass, id: string, argv: readonly string[], preset?: string): BaseCommand {
  CommandClass.id = id
  const command = new CommandClass([...argv], new Config({ root: import.meta.dirname }))
  command.preset = preset
  return command
}
