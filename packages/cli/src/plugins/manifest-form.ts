import type { Manifest } from '@fairlead/core'
import { isRecord } from './json.ts'
import { textProblem } from './manifest-text.ts'

/** The one contract that this version of Fairlead has. */
export const knownContract = 1

const clientName = /^[a-z][a-z0-9-]{0,31}$/
const settingName = /^[a-z][a-z0-9-]*$/
const argumentName = /^[A-Z][A-Z0-9-]{0,31}$/
/** Flags that every command has. */
const takenFlags: readonly string[] = ['json', 'quiet', 'verbose', 'help', 'client', 'set']
const optionTypes: readonly unknown[] = ['string', 'secret', 'path', 'url', 'integer', 'bytes', 'seconds', 'boolean']

const isOneOf =
  (...types: readonly string[]) =>
  (value: unknown): boolean =>
    types.includes(value === undefined ? 'absent' : typeof value)
const isText = isOneOf('string')
const isLine = (value: unknown): boolean => typeof value === 'string' && !value.includes('\n')
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const mayBeText = isOneOf('string', 'absent')
const mayBeTexts = (value: unknown): boolean => value === undefined || isTexts(value)
const mayBeNumber = isOneOf('number', 'absent')
const mayBeFlag = isOneOf('boolean', 'absent')

/** Each capability with what it may be. */
const capabilities: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...Object.fromEntries(['list', 'read', 'copy', 'remove'].map(name => [name, orAbsent])),
  write: value => value === false || (isRecord(value) && isTexts(value.conditions) && mayBeNumber(value.maxBytes)),
  share: value => value === false || (isRecord(value) && isTexts(value.kinds) && mayBeNumber(value.maxExpirySeconds)),
  search: isRecord,
  assets: value => value === 'objects' || value === 'native',
  paths: isRecord,
  checksums: Array.isArray,
  consistency: value => value === 'strong' || value === 'eventual',
}

function orAbsent(value: unknown): boolean {
  return value === false || isRecord(value)
}

/** Whether what a setting or a flag says of itself and of its values has the form in which it is shown and checked. */
function valueHolds({ type, help, default: value, choices, min, max, required }: Readonly<Record<string, unknown>>): boolean {
  const kind = type === 'boolean' ? 'boolean' : ['integer', 'bytes', 'seconds'].some(one => one === type) ? 'number' : 'string'
  return isText(help) && isOneOf(kind, 'absent')(value) && mayBeTexts(choices) && [min, max].every(mayBeNumber) && mayBeFlag(required)
}

/** Whether commands have what help and completion show of them. */
function commandsHold(value: unknown): boolean {
  const named = (one: unknown): boolean =>
    isRecord(one) && typeof one.name === 'string' && argumentName.test(one.name) && isText(one.help) && mayBeFlag(one.required)
  const flagHolds = (one: unknown): boolean =>
    isRecord(one) && ['boolean', 'string', 'integer'].some(type => type === one.type) && valueHolds(one)
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, command]) =>
        clientName.test(name) &&
        isRecord(command) &&
        isLine(command.summary) &&
        mayBeText(command.description) &&
        (command.arguments === undefined || (Array.isArray(command.arguments) && command.arguments.every(named))) &&
        (command.flags === undefined ||
          (isRecord(command.flags) &&
            Object.entries(command.flags).every(
              ([flag, about]) => clientName.test(flag) && !takenFlags.includes(flag) && flagHolds(about),
            ))) &&
        mayBeTexts(command.examples),
    )
  )
}

/** Whether a login has what `fairlead client login` and its guide rely on. */
function loginHolds(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['authorizationEndpoint', 'tokenEndpoint', 'defaultAccess'].every(key => typeof value[key] === 'string') &&
    ['settings', 'access', 'redirect'].every(key => isRecord(value[key])) &&
    Array.isArray(value.guide) &&
    value.guide.every(step => typeof step === 'string')
  )
}

/**
 * What of a manifest is not as lists, help and forms rely on; undefined where all is. Other packages wrote it, and it is
 * read without their code, which checks it when it is loaded.
 */
export function manifestProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is not a JSON object'
  if (typeof value.name !== 'string' || !clientName.test(value.name))
    return '"name" must be lower-case letters, digits and "-", starting with a letter'
  for (const key of ['title', 'summary', 'package']) if (!isLine(value[key])) return `"${key}" is not one line of text`
  const text = textProblem(value)
  if (text !== undefined) return text
  const { options } = value
  if (!isRecord(options)) return '"options" is not a map of settings'
  for (const [name, option] of Object.entries(options)) {
    if (!settingName.test(name)) return `the setting "${name}" must be lower-case letters, digits and "-"`
    if (!isRecord(option) || !optionTypes.includes(option.type) || !valueHolds(option) || !mayBeTexts(option.env))
      return `the setting "${name}" has no known type, no help, or malformed values`
  }
  for (const key of ['identity', 'credentials']) {
    const names = value[key] ?? (key === 'credentials' ? [] : undefined)
    if (!Array.isArray(names) || !names.every(name => typeof name === 'string' && Object.hasOwn(options, name)))
      return `"${key}" is not a list of its settings`
  }
  if (value.commands !== undefined && !commandsHold(value.commands)) return '"commands" is not a map of commands'
  if (value.login !== undefined && !loginHolds(value.login)) return '"login" is not a description of a login'
  const declared = value.capabilities
  if (!isRecord(declared)) return '"capabilities" is missing'
  const wrong = Object.entries(capabilities).find(([name, holds]) => !holds(declared[name]))
  return wrong === undefined ? undefined : `the capability "${wrong[0]}" is missing or has an unknown form`
}

/** Whether a value is a manifest of the known contract. */
export function isManifest(value: unknown): value is Manifest {
  return isRecord(value) && value.contract === knownContract && manifestProblem(value) === undefined
}
