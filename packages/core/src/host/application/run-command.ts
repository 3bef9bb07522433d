import type { CommandAnswer, CommandFlag, CommandRequest, CommandSpec } from '../../contract/commands.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/** What a command is called with. */
export interface CommandInput {
  readonly arguments?: Readonly<Record<string, string | undefined>>
  readonly flags?: Readonly<Record<string, string | number | boolean | undefined>>
}

function refuse(command: string, what: string): never {
  throw new FairleadError('input-invalid', `${command}: ${what}`, {
    operation: 'command',
    hint: 'See the manifest of the client for what it accepts.',
  })
}

/** The value of a flag, by its declaration. */
function flagValue(
  command: string,
  name: string,
  flag: CommandFlag,
  given: string | number | boolean | undefined,
): string | number | boolean | undefined {
  const value = given ?? (flag.type === 'boolean' ? undefined : flag.default)
  if (value === undefined) return flag.type !== 'boolean' && flag.required === true ? refuse(command, `--${name} is missing`) : undefined
  if (flag.type === 'boolean') return typeof value === 'boolean' ? value : refuse(command, `--${name} must be true or false`)
  if (flag.type === 'string') {
    if (typeof value !== 'string') return refuse(command, `--${name} must be text`)
    return flag.choices?.includes(value) === false ? refuse(command, `--${name} must be one of ${flag.choices.join(', ')}`) : value
  }
  const { min = -Infinity, max = Infinity } = flag
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    ? value
    : refuse(
        command,
        `--${name} must be a whole number${min > -Infinity ? `, at least ${min}` : ''}${max < Infinity ? `, at most ${max}` : ''}`,
      )
}

function requestOf(command: string, name: string, spec: CommandSpec, input: CommandInput): CommandRequest {
  const declared = spec.arguments ?? []
  const unknown = [
    ...Object.keys(input.arguments ?? {}).filter(key => !declared.some(argument => argument.name === key)),
    ...Object.keys(input.flags ?? {}).filter(key => !Object.hasOwn(spec.flags ?? {}, key)),
  ]
  if (unknown.length > 0) refuse(command, `it has no ${unknown.join(', ')}`)
  const words: Record<string, string> = {}
  for (const argument of declared) {
    const value = input.arguments?.[argument.name]
    if (value !== undefined) words[argument.name] = value
    else if (argument.required === true) refuse(command, `${argument.name} is missing`)
  }
  const flags: Record<string, string | number | boolean> = {}
  for (const [key, flag] of Object.entries(spec.flags ?? {})) {
    const value = flagValue(command, key, flag, input.flags?.[key])
    if (value !== undefined) flags[key] = value
  }
  return { name, arguments: words, flags }
}

/** Runs a command of the client's own. `unsupported` for one that its manifest does not declare, `input-invalid` for what it does not take. */
export async function runCommand(
  runtime: ClientRuntime,
  name: string,
  input: CommandInput,
  options: CallOptions = {},
): Promise<CommandAnswer> {
  const { connection, manifest, attempts } = runtime
  const commands = manifest.commands ?? {}
  const doCommand = connection.doCommand?.bind(connection)
  const spec = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (doCommand === undefined || spec === undefined) {
    const names = Object.keys(commands)
    throw new FairleadError('unsupported', `the client ${manifest.name} has no command "${name}"`, {
      connection: runtime.name,
      hint: names.length === 0 ? 'It has none.' : `It has ${names.join(', ')}.`,
    })
  }
  const request = requestOf(`${manifest.name} ${name}`, name, spec, input)
  return await attempts.run(
    { name: `command ${name}`, repeatable: spec.repeatable === true },
    context => doCommand(request, context),
    options,
  )
}
