import { Help } from '@oclif/core/help'
import { loadConfig } from './application.ts'
import { localVerbs } from './local-verbs.ts'

/** Prints help on a command, a topic or everything, without loading a command. */
export async function showHelp(argv: readonly string[]): Promise<void> {
  const config = await loadConfig()
  await new Help(config, { maxWidth: 120 }).showHelp([...argv])
  if (argv.length !== 1 || argv[0] !== 'local') return
  // oclif knows of no commands below this topic: they are the ones above it.
  const lines = localVerbs.map(verb => `  ${`local ${verb}`.padEnd(16)}${config.findCommand(verb)?.summary ?? ''}`)
  process.stdout.write(`COMMANDS\n${lines.join('\n')}\n`)
}
