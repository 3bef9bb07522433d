import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type { FlagInput } from '@oclif/core/interfaces'
import type { CommandFlag } from '@fairlead/core'
import type { Fairlead } from '@fairlead/core/host'
import type { CommandClass } from '../commands.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { connectionFlags } from '../flags.ts'
import { keyed } from '../text.ts'
import type { ClientCommand } from './client-commands.ts'

function oclifFlag(flag: CommandFlag): FlagInput[string] {
  const { help: summary } = flag
  if (flag.type === 'boolean') return Flags.boolean({ summary })
  const { required = false } = flag
  if (flag.type === 'integer') {
    const { default: value, min, max } = flag
    return Flags.integer({
      summary,
      required,
      helpValue: 'N',
      ...(value !== undefined && { default: value }),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    })
  }
  const { default: value, choices } = flag
  return Flags.string({
    summary,
    helpValue: 'TEXT',
    required,
    ...(value !== undefined && { default: value }),
    ...(choices !== undefined && { options: choices }),
  })
}

/**
 * The connection that a command of a client means where none is named: the active one if it is of that client, else the only
 * stored one, else the client's default connection.
 */
function usualConnection(fairlead: Fairlead, client: string): string {
  const active = fairlead.active()
  const ofClient = fairlead.connections().filter(one => one.client === client)
  if (active.source === 'argument' || ofClient.some(({ name }) => name === active.name)) return active.name
  const [only, ...others] = ofClient.filter(({ source }) => source === 'settings')
  return only !== undefined && others.length === 0 ? only.name : client
}

const shown = (value: unknown): string | number => (typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value))

/** The command of a client as one of the command line: with its help, its flags checked, --json, and errors as all commands have them. */
export function clientCommandClass({ manifest, name, spec }: ClientCommand): CommandClass {
  const flagNames = Object.keys(spec.flags ?? {})
  const own = Object.fromEntries(Object.entries(spec.flags ?? {}).map(([flag, about]) => [flag, oclifFlag(about)]))
  return class extends ConnectionCommand<Readonly<Record<string, unknown>>> {
    static override readonly id = `${manifest.name}:${name}`
    static override readonly summary = spec.summary
    static override readonly description = spec.description ?? ''
    static override readonly examples = (spec.examples ?? []).map(words => `<%= config.bin %> ${manifest.name} ${words}`)
    static override readonly args = Object.fromEntries(
      (spec.arguments ?? []).map(({ name: argument, help, required = false }) => [argument, Args.string({ description: help, required })]),
    )
    static override readonly flags: FlagInput = { ...own, ...connectionFlags }

    async run(): Promise<Readonly<Record<string, unknown>>> {
      const { args, flags } = await this.parse<
        Readonly<Record<string, unknown>>,
        Readonly<Record<string, unknown>>,
        Readonly<Record<string, string | undefined>>
      >(this.ctor)
      const { client: connection, set } = flags
      await using session = this.session({
        client: typeof connection === 'string' ? connection : undefined,
        set: Array.isArray(set) ? set.map(String) : undefined,
      })
      await using client = await session.fairlead.connect(usualConnection(session.fairlead, manifest.name))
      const given = flagNames.flatMap(flag => {
        const value = flags[flag]
        return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[flag, value] as const] : []
      })
      const answer = await client.command(name, { arguments: args, flags: Object.fromEntries(given) }, { signal: this.signal })
      this.tell(answer.text ?? keyed(Object.fromEntries(Object.entries(answer.data).map(([key, value]) => [key, shown(value)]))))
      return answer.data
    }
  }
}
