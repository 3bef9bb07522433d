/** An argument of a command, by its place. */
export interface CommandArgument {
  /** Upper case, as help shows it: `FOLDER`. */
  readonly name: string
  readonly help: string
  readonly required?: boolean
}

/** A flag of a command: `--name`. */
export type CommandFlag =
  | { readonly type: 'boolean'; readonly help: string }
  | {
      readonly type: 'string'
      readonly help: string
      readonly required?: boolean
      readonly default?: string
      readonly choices?: readonly string[]
    }
  | {
      readonly type: 'integer'
      readonly help: string
      readonly required?: boolean
      readonly default?: number
      readonly min?: number
      readonly max?: number
    }

/** A command that a client adds for what only its service has, as pure data: help and completion know it without its code. */
export interface CommandSpec {
  /** One line, without a full stop. */
  readonly summary: string
  readonly description?: string
  /** Words behind `fairlead CLIENT`, such as `builds cat001`. */
  readonly examples?: readonly string[]
  readonly arguments?: readonly CommandArgument[]
  readonly flags?: Readonly<Record<string, CommandFlag>>
  /** True: doing it twice does no more than doing it once. Then the host tries again what failed for a while, and renews tokens. */
  readonly repeatable?: true
}

/** The commands of a client by name: `fairlead CLIENT NAME`. */
export type CommandsSpec = Readonly<Record<string, CommandSpec>>

/** What a command is run with: everything declared and checked, defaults filled in; what was not given is absent. */
export interface CommandRequest {
  readonly name: string
  readonly arguments: Readonly<Record<string, string>>
  readonly flags: Readonly<Record<string, string | number | boolean>>
}

/** What a command gives. */
export interface CommandAnswer {
  /** What --json prints: an object that JSON can hold. */
  readonly data: Readonly<Record<string, unknown>>
  /** What people read; without it `data` is shown as lines of `key: value`. */
  readonly text?: string
}

const commandName = /^[a-z][a-z0-9-]{0,31}$/
const argumentName = /^[A-Z][A-Z0-9-]{0,31}$/
/** Flags that every command has. */
const taken: ReadonlySet<string> = new Set(['json', 'quiet', 'verbose', 'help', 'client', 'set'])

/** What is wrong with a table of commands; undefined where nothing is. */
export function commandsProblem(commands: CommandsSpec): string | undefined {
  for (const [name, { summary, arguments: list = [], flags = {} }] of Object.entries(commands)) {
    if (!commandName.test(name)) return `command "${name}" must be lower-case letters, digits and "-"`
    if (typeof summary !== 'string' || summary.trim() === '') return `command "${name}" has no summary`
    const wrongArgument = list.find(argument => !argumentName.test(argument.name))
    if (wrongArgument !== undefined) return `command "${name}": argument "${wrongArgument.name}" must be upper-case letters, digits and "-"`
    const optional = list.findIndex(argument => argument.required !== true)
    if (optional >= 0 && list.slice(optional).some(argument => argument.required === true))
      return `command "${name}": a required argument follows an optional one`
    for (const flag of Object.keys(flags)) {
      if (!commandName.test(flag)) return `command "${name}": flag "${flag}" must be lower-case letters, digits and "-"`
      if (taken.has(flag)) return `command "${name}": every command already has --${flag}`
    }
  }
  return undefined
}
