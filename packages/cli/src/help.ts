import type { Command } from '@oclif/core/command'
import { Help } from '@oclif/core/help'
import { loadConfig } from './application.ts'
import { commandGroups } from './command-groups.ts'
import { localVerbs } from './local-verbs.ts'
import { clientCommandTable, commandsOf, type ClientCommand } from './plugins/client-commands.ts'
import { findClients } from './plugins/find-clients.ts'

/** Longer lines than these are hard to read. */
const mostColumns = 120

/** oclif's help, with the commands in groups where all are listed. */
class GroupedHelp extends Help {
  /** The clients that add commands; nothing where none does. */
  #clientSection(): readonly string[] {
    const rows = findClients()
      .clients.filter(({ manifest }) => commandsOf(manifest).length > 0)
      .map(({ manifest }): [string, string] => [manifest.name, manifest.summary])
    if (rows.length === 0) return []
    return [
      this.section('COMMANDS OF CLIENTS', this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false })),
    ]
  }

  override async showRootHelp(): Promise<void> {
    const sections = commandGroups.map(([title, words]) => {
      const rows = words.map((word): [string, string] => {
        const summary = this.config.findCommand(word)?.summary ?? this.config.findTopic(word)?.description ?? ''
        return [word, summary]
      })
      return this.section(title, this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false }))
    })
    this.log(
      [
        this.formatRoot(),
        ...sections,
        ...this.#clientSection(),
        'For details on a command: fairlead update --help, fairlead name --help\n',
      ].join('\n\n'),
    )
  }
}

/** A command of a client as oclif's help wants it. */
function loadable(command: ClientCommand): Command.Loadable {
  const { manifest, name, spec } = command
  const [info] = clientCommandTable([{ ...manifest, commands: { [name]: spec } }])
  const flags = (info?.flags ?? []).map((flag): [string, Command.Flag.Cached] => {
    const about = {
      name: flag.name,
      summary: flag.summary,
      required: flag.required,
      ...(flag.group !== undefined && { helpGroup: flag.group }),
    }
    return [
      flag.name,
      flag.takesValue
        ? {
            ...about,
            type: 'option',
            multiple: flag.multiple,
            ...(flag.helpValue !== undefined && { helpValue: flag.helpValue }),
            ...(flag.values.length > 0 && { options: flag.values }),
          }
        : { ...about, type: 'boolean', allowNo: false },
    ]
  })
  return {
    id: `${manifest.name}:${name}`,
    summary: spec.summary,
    ...(spec.description !== undefined && { description: spec.description }),
    examples: (info?.examples ?? []).map(example => `$ ${example}`),
    args: Object.fromEntries((info?.arguments ?? []).map(argument => [argument.name, argument])),
    flags: Object.fromEntries(flags),
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    strict: true,
    load: () => Promise.reject(new Error('help runs no command')),
  }
}

/** Prints help on the commands of one client, or on one of them. */
export async function showClientHelp(commands: readonly ClientCommand[], command?: ClientCommand): Promise<void> {
  const help = new GroupedHelp(await loadConfig(), { maxWidth: Math.min(mostColumns, process.stdout.columns ?? mostColumns) })
  if (command !== undefined) return help.showCommandHelp(loadable(command))
  const [first] = commands
  if (first === undefined) return
  const { manifest } = first
  const rows = commands.map(({ name, spec }) => `  ${`${manifest.name} ${name}`.padEnd(24)}  ${spec.summary}`)
  process.stdout.write(
    `${manifest.title}: ${manifest.summary}\n\nUSAGE\n  $ fairlead ${manifest.name} COMMAND\n\nCOMMANDS\n${rows.join('\n')}\n`,
  )
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
