import { findClients } from './find-clients.ts'
import { commandsOf, type ClientCommand } from './client-commands.ts'

/** What the first words of a command line mean, where a client of that name has commands. */
export interface ClientWords {
  readonly commands: readonly ClientCommand[]
  /** The command that the second word names. */
  readonly command?: ClientCommand
  /** What is left for it. */
  readonly rest: readonly string[]
}

/** The client with commands that the words begin with; undefined where there is none. Only manifests are read. */
export function clientWords(argv: readonly string[]): ClientWords | undefined {
  const [first, second] = argv
  const manifest = findClients().clients.find(client => client.manifest.name === first)?.manifest
  const commands = manifest === undefined ? [] : commandsOf(manifest)
  if (commands.length === 0) return undefined
  const command = commands.find(({ name }) => name === second)
  return { commands, rest: argv.slice(2), ...(command !== undefined && { command }) }
}
