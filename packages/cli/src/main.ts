import { topics, version } from './about.ts'
import { beforeDashes } from './command-line.ts'
import { commands } from './commands.ts'
import { leave } from './leave.ts'
import { localVerbs } from './local-verbs.ts'
import type { ClientCommand } from './plugins/client-commands.ts'

/** Which command the words name: the longest one, and what is left for it. */
function findCommand(argv: readonly string[]): { readonly id: string; readonly rest: readonly string[] } | undefined {
  for (let length = Math.min(argv.length, 2); length > 0; length--) {
    const id = argv.slice(0, length).join(':')
    if (Object.hasOwn(commands, id)) return { id, rest: argv.slice(length) }
  }
  return undefined
}

/** Whether there is help on the words: on a command, a topic, or everything. */
function hasHelp(words: readonly string[]): boolean {
  const named = words.filter(word => !word.startsWith('-'))
  const [first] = named
  if (first === undefined || (named.length === 1 && Object.hasOwn(topics, first))) return true
  return findCommand(named[0] === 'local' && localVerbs.includes(named[1] ?? '') ? named.slice(1) : named) !== undefined
}

async function showHelp(argv: readonly string[]): Promise<number> {
  if (!hasHelp(argv)) return runClientCommand(argv, true)
  const help = await import('./help.ts')
  await help.showHelp(argv)
  return 0
}

/** What is no command of ours may be one that a client adds. */
async function runClientCommand(argv: readonly string[], asksHelp: boolean): Promise<number> {
  const { clientWords } = await import('./plugins/client-words.ts')
  const words = clientWords(argv)
  if (words === undefined) return unknown(argv)
  const { command, commands: all, rest } = words
  if (command === undefined && !asksHelp && argv.length > 1) return unknown(argv, all)
  if (asksHelp || command === undefined) {
    const help = await import('./help.ts')
    await help.showClientHelp(all, command)
    return 0
  }
  const [{ clientCommandClass }, { createCommand }] = await Promise.all([
    import('./plugins/client-command-class.ts'),
    import('./create-command.ts'),
  ])
  return createCommand(clientCommandClass(command), `${command.manifest.name}:${command.name}`, rest).execute()
}

async function unknown(argv: readonly string[], others: readonly ClientCommand[] = []): Promise<number> {
  const { unknownCommand } = await import('./unknown-command.ts')
  return unknownCommand(argv, others)
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [first] = argv
  if (first === '--version' || first === '-v' || first === 'version') {
    process.stdout.write(`fairlead ${version} (Node ${process.versions.node}, ${process.platform}-${process.arch})\n`)
    return 0
  }
  if (first === undefined || (first.startsWith('-') && !['--help', '-h'].includes(first))) return run('home', argv)
  const isLocal = first === 'local' && localVerbs.includes(argv[1] ?? '')
  const words = isLocal ? argv.slice(1) : argv
  const asksHelp = beforeDashes(argv).some(word => word === '--help' || word === '-h')
  if (first === 'help') return showHelp(argv.slice(1))
  const found = findCommand(words)
  if (asksHelp) return showHelp(words.filter(word => word !== '-h'))
  if (found !== undefined) return run(found.id, found.rest, isLocal ? 'local' : undefined)
  return argv.length === 1 && Object.hasOwn(topics, first) ? showHelp([first]) : runClientCommand(argv, false)
}

async function run(id: string, argv: readonly string[], preset?: string): Promise<number> {
  const load = commands[id]
  if (load === undefined) return unknown([id])
  const [{ default: CommandClass }, { createCommand }] = await Promise.all([load(), import('./create-command.ts')])
  return createCommand(CommandClass, id, argv, preset).execute()
}

/** Runs one command line; sets the exit code and returns when everything is printed. */
export async function main(argv: readonly string[]): Promise<void> {
  // Whoever reads has gone (`fairlead ls | head`): there is nobody left to tell.
  process.stdout.on('error', error => {
    if ('code' in error && error.code === 'EPIPE') leave(Number(process.exitCode ?? 0))
    process.stderr.write(
      `error: The output can't be written: ${error.message}.\nhint: Check the destination, for example whether the disk is full.\n`,
    )
    leave(1)
  })
  process.exitCode = await dispatch(argv)
}
