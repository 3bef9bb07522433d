import { Help } from '@oclif/core/help'
import { loadConfig } from './application.ts'

/** Prints help on a command, a topic or everything, without loading a command. */
export async function showHelp(argv: readonly string[]): Promise<void> {
  const help = new Help(await loadConfig(), { maxWidth: 120 })
  await help.showHelp([...argv])
}
