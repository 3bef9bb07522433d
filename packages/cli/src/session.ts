import { parseObjectPath, type Log, type OptionSpec } from '@fairlead/core'
import {
  createFairlead,
  createLog,
  createProgress,
  createTerminal,
  startSpinner,
  type Client,
  type Fairlead,
  type LazyClient,
  type Progress,
  type SettingInput,
  type Terminal,
} from '@fairlead/core/host'
import { usageError } from './exit.ts'
import { findClients, unusableClients, type FoundClients } from './plugins/find-clients.ts'

/** What the flags of a command say about connections. */
export interface SessionOptions {
  /** `--client`, or `local` for `fairlead local …`. */
  readonly client?: string | undefined
  /** `--set`, as written. */
  readonly set?: readonly string[] | undefined
  /** `--bandwidth` and `--concurrency`. */
  readonly bandwidth?: string | undefined
  readonly concurrency?: number | undefined
  readonly verbose?: boolean
  readonly quiet?: boolean
}

/** The connections of this machine for one command. */
export interface Session extends AsyncDisposable {
  readonly fairlead: Fairlead
  /** The clients of this machine, and the packages that should bring one and can't. */
  readonly found: FoundClients
  /** The client of the connection that a reference or an object path names, else of the active one. */
  clientOf(text: string, settings?: Readonly<Record<string, SettingInput>>): Promise<Client>
  /** Progress on standard error; `meanwhile` is shown at a terminal until the first event. */
  progress(enabled: boolean, meanwhile?: string): Progress
}

/** The name in front of `://` or `:/`. */
function connectionNameIn(text: string): string | undefined {
  const scheme = /^([A-Za-z0-9][A-Za-z0-9_-]*):\/\//.exec(text)?.[1]
  return scheme ?? parseObjectPath(text)?.connection
}

/** `[connection.]setting=value`, checked: a secret in an argument would be in the shell's history and in the process list. */
export function parseSettings(
  words: readonly string[],
  isSecret: (name: string) => boolean,
  secretHint: (name: string) => string,
): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals <= 0) throw usageError(`--set takes SETTING=VALUE, not "${equals < 0 ? word : '=…'}".`)
    const name = word.slice(0, equals)
    if (isSecret(name)) throw usageError(`"${name}" is a secret: in an argument, everyone on this machine could read it.`, secretHint(name))
    settings[name] = word.slice(equals + 1)
  }
  return settings
}

function showProgress(terminal: Terminal, enabled: boolean, meanwhile: string | undefined): Progress {
  const progress = createProgress(terminal, { enabled })
  if (!enabled || meanwhile === undefined || !terminal.interactive) return progress
  const spinner = startSpinner(terminal, meanwhile)
  return {
    onEvent(event) {
      spinner.stop()
      progress.onEvent(event)
    },
    [Symbol.dispose]() {
      spinner.stop()
      progress[Symbol.dispose]()
    },
  }
}

/** A client that says, when it is used, which other package claims its name: whose code runs must not be a guess. */
function toldOfRivals(client: LazyClient, { problems }: FoundClients, log: Log): LazyClient {
  const rivals = problems.filter(({ client: name }) => name === client.manifest.name)
  if (rivals.length === 0) return client
  return {
    manifest: client.manifest,
    load() {
      for (const { error } of rivals) log.warn(`${error.message}. ${error.hint ?? ''}`)
      return client.load()
    },
  }
}

/** Opens the connections. Nothing is loaded or opened before it is used. */
export function openSession(options: SessionOptions): Session {
  const found = findClients()
  const { clients } = found
  const secretsCalled = (name: string): readonly OptionSpec[] => {
    const setting = name.slice(name.indexOf('.') + 1)
    return clients.flatMap(({ manifest: { options } }) => {
      const option = Object.hasOwn(options, setting) ? options[setting] : undefined
      return option?.type === 'secret' ? [option] : []
    })
  }
  const set = parseSettings(
    options.set ?? [],
    name => secretsCalled(name).length > 0,
    name =>
      secretsCalled(name).every(({ perCommand }) => perCommand === true)
        ? 'Set FAIRLEAD_<CONNECTION>_<SETTING> in the environment, or FAIRLEAD_<CONNECTION>_<SETTING>_FILE to the path of a file.'
        : 'Store it with `fairlead client set CONNECTION SETTING`, or set FAIRLEAD_<CONNECTION>_<SETTING>_FILE in the environment to the path of a file.',
  )
  const terminal = createTerminal()
  const level = options.verbose === true ? 'debug' : options.quiet === true ? 'error' : undefined
  const log = createLog({ terminal, ...(level !== undefined && { level }) })
  const { client, bandwidth, concurrency } = options
  const fairlead = createFairlead({
    clients: clients.map(client => toldOfRivals(client, found, log)),
    unusable: unusableClients(found),
    installCommand: client => `fairlead plugins install @fairlead/client-${client}`,
    set,
    terminal,
    log,
    ...(client !== undefined && { client }),
    ...(bandwidth !== undefined && { bandwidth }),
    ...(concurrency !== undefined && { concurrency }),
  })
  return {
    fairlead,
    found,
    clientOf: (text, settings) => {
      const named = connectionNameIn(text)
      if (named !== undefined && options.client !== undefined && named !== options.client) {
        throw usageError(`"${text}" names the connection "${named}", but --client says "${options.client}".`, 'Give only one of them.')
      }
      return fairlead.connect(named ?? fairlead.active().name, settings)
    },
    progress: (enabled, meanwhile) => showProgress(terminal, enabled && options.quiet !== true, meanwhile),
    [Symbol.asyncDispose]: () => fairlead[Symbol.asyncDispose](),
  }
}
