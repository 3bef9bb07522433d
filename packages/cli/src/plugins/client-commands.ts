import type { CommandSpec, Manifest } from '@fairlead/core'
import { topics } from '../about.ts'
import { commands as ownCommands } from '../commands.ts'
import type { CommandInfo } from '../command-table.ts'
import { connectionFlags } from '../flags.ts'

/** A command of a client, as its manifest declares it. */
export interface ClientCommand {
  readonly manifest: Manifest
  readonly name: string
  readonly spec: CommandSpec
}

/** Words that mean something of Fairlead's own in the first place. */
export const isOwnWord = (word: string): boolean =>
  Object.hasOwn(topics, word) || Object.hasOwn(ownCommands, word) || ['help', 'version'].includes(word)

/** The commands of a client in the order of their names; none where its name is a word of Fairlead's own, which comes first. */
export function commandsOf(manifest: Manifest): readonly ClientCommand[] {
  if (isOwnWord(manifest.name)) return []
  return Object.entries(manifest.commands ?? {})
    .map(([name, spec]) => ({ manifest, name, spec }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** What help and completion say of the flags that every command of a client has. */
const shared = Object.entries(connectionFlags).map(([name, { summary = '', helpValue }]) => ({
  name,
  summary,
  takesValue: true,
  values: [],
  connections: name === 'client',
  multiple: name === 'set',
  required: false,
  ...(typeof helpValue === 'string' && { helpValue }),
}))

const own = { takesValue: false, values: [], connections: false, multiple: false, required: false } as const

/** The commands of clients as completion shows them. */
export function clientCommandTable(manifests: readonly Manifest[]): readonly CommandInfo[] {
  return manifests.flatMap(commandsOf).map(({ manifest, name, spec }) => ({
    words: [manifest.name, name],
    summary: spec.summary,
    description: spec.description ?? '',
    examples: (spec.examples ?? []).map(words => `fairlead ${manifest.name} ${words}`),
    arguments: (spec.arguments ?? []).map(({ name: argument, help, required = false }) => ({
      name: argument,
      description: help,
      required,
    })),
    flags: [
      ...Object.entries(spec.flags ?? {}).map(([flag, { help, ...about }]) => ({
        ...own,
        name: flag,
        summary: help,
        takesValue: about.type !== 'boolean',
        values: about.type === 'string' ? (about.choices ?? []) : [],
        required: about.type !== 'boolean' && about.required === true,
        ...(about.type !== 'boolean' && { helpValue: about.type === 'integer' ? 'N' : 'TEXT' }),
      })),
      ...shared,
      { ...own, name: 'json', summary: 'Print the result as JSON.', group: 'GLOBAL' },
    ],
    variadic: false,
  }))
}
