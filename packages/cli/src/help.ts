import { Help } from '@oclif/core/help'
import { loadConfig } from './application.ts'
import { commandGroups } from './command-groups.ts'
import { localVerbs } from './local-verbs.ts'

/** Longer lines than these are hard to read. */
const mostColumns = 120

/** oclif's help, with the commands in groups where all are listed. */
class GroupedHelp extends Help {
  override async showRootHelp(): Promise<void> {
    const sections = commandGroups.map(([title, words]) => {
      const rows = words.map((word): [string, string] => {
        const summary = this.config.findCommand(word)?.summary ?? this.config.findTopic(word)?.description ?? ''
        return [word, summary]
      })
      return this.section(title, this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false }))
    })
    this.log([this.formatRoot(), ...sections, 'Each tells more with --help: fairlead update --help, fairlead name --help\n'].join('\n\n'))
  }
}

/** Prints help on a command, a topic or everything, without loading a command. */
export async function showHelp(argv: readonly string[]): Promise<void> {
  const config = await loadConfig()
  const maxWidth = Math.min(mostColumns, process.stdout.columns ?? mostColumns)
  await new GroupedHelp(config, { maxWidth }).showHelp([...argv])
  if (argv.length !== 1 || argv[0] !== 'local') return
  // oclif knows of no commands below this topic: they are the ones above it.
  const lines = localVerbs.map(verb => `  ${`local ${verb}`.padEnd(16)}${config.findCommand(verb)?.summary ?? ''}`)
  process.stdout.write(`COMMANDS\n${lines.join('\n')}\n`)
}
