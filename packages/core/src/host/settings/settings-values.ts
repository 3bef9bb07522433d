import { join, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { secret, type OptionSpec, type Secret } from '../../contract/options.ts'
import { homeFolder } from '../machine/folders.ts'
import { parseBytes, parseSeconds } from './units.ts'
import type { Environment } from '../application/environment.ts'

/** A setting as a plugin gets it. */
export type SettingValue = string | number | boolean | URL | Secret

/** A setting as people and programs give it: text, or already of its type. */
export type SettingInput = string | number | boolean | URL | Secret

/** What a message says about a setting: whose it is, what it is called, where its value came from. */
export interface SettingPlace {
  readonly connection: string
  readonly name: string
  /** For example `the environment (FAIRLEAD_ARCHIVE_ROOT)`. */
  readonly from?: string
}

const yes = new Set(['true', 'yes', 'on', '1'])
const no = new Set(['false', 'no', 'off', '0'])

/** Whether a value is a {@link Secret}; a second copy of this package may have made it. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value && typeof value.reveal === 'function'
}

/**
 * Turns what was given into the value of its option: `~` and relative paths become absolute, units become numbers. Throws
 * `config-invalid` that names the setting, what is wrong and how to set it, and never shows a secret.
 */
export function parseSetting(option: OptionSpec, input: SettingInput, place: SettingPlace, env: Environment): SettingValue {
  const refuse = (what: string): never => {
    throw invalidSetting(place, what, option)
  }
  if (option.type === 'secret') {
    const text = isSecret(input) ? input.reveal() : input
    if (typeof text !== 'string') return refuse('it must be text')
    if (text === '') return refuse('it is empty')
    return isSecret(input) ? input : secret(text)
  }
  if (isSecret(input)) return refuse('it was given as a secret, but this setting is shown in plain text')
  const text = input instanceof URL ? input.href : String(input)
  if (text === '' && !(option.type === 'string' && option.required !== true && option.choices === undefined)) return refuse('it is empty')

  switch (option.type) {
    case 'string':
      if (option.choices !== undefined && !option.choices.includes(text))
        return refuse(`${show(text)} is none of ${option.choices.join(', ')}`)
      return text
    case 'path':
      if (text.includes('\0')) return refuse("a path can't contain NUL")
      return absolutePath(text, env)
    case 'url':
      return parseUrl(text, refuse)
    case 'boolean': {
      const word = text.toLowerCase()
      if (yes.has(word)) return true
      if (no.has(word)) return false
      return refuse(`${show(text)} is neither true nor false`)
    }
    case 'integer':
      return inRange(/^[+-]?\d{1,16}$/.test(text.trim()) ? Number(text) : undefined, text, 'a whole number', option, refuse)
    case 'bytes':
      return inRange(parseBytes(text), text, 'a number of bytes (1048576, 8MiB, 5GB)', option, refuse)
    case 'seconds':
      return inRange(parseSeconds(text), text, 'a time (90, 15m, 1h30m, 2d)', option, refuse)
  }
}

/** The text that stores a value so that {@link parseSetting} gives the same value again. Not for secrets. */
export function formatSetting(value: Exclude<SettingValue, Secret>): string {
  return value instanceof URL ? value.href : String(value)
}

/** The `config-invalid` of one setting. */
function invalidSetting(place: SettingPlace, what: string, option: OptionSpec): FairleadError {
  const from = place.from === undefined ? '' : ` from ${place.from}`
  return new FairleadError('config-invalid', `setting "${place.name}" of connection "${place.connection}"${from}: ${what}`, {
    connection: place.connection,
    hint: `It is: ${option.help} ${howToSet(place.connection, place.name, option)}`,
  })
}

/** The ways to set a setting, as one sentence. */
export function howToSet(connection: string, name: string, option: OptionSpec): string {
  const variable = environmentName(connection, name)
  const value = option.type === 'secret' ? '' : '=VALUE'
  const own = option.env === undefined || option.env.length === 0 ? '' : ` (for the default connection also ${option.env.join(', ')})`
  if (option.perCommand === true && option.type === 'secret')
    return `Set ${variable}, or ${variable}_FILE to the path of a file that contains it, or pass it to connect().`
  if (option.perCommand === true)
    return `Give it with \`--set ${name}=VALUE\`, by ${variable} in the environment, or as an argument of connect().`
  return `Set it with \`fairlead client set ${connection} ${name}${value}\`, by ${variable} or ${variable}_FILE in the environment${own}, or as an argument of connect().`
}

/** `FAIRLEAD_<CONNECTION>_<SETTING>`, in capitals, `-` as `_`. */
export function environmentName(connection: string, setting: string): string {
  return `FAIRLEAD_${connection}_${setting}`.toUpperCase().replaceAll('-', '_')
}

function absolutePath(text: string, env: Environment): string {
  if (text === '~') return homeFolder(env)
  if (text.startsWith('~/')) return join(homeFolder(env), text.slice(2))
  return resolve(text)
}

function parseUrl(text: string, refuse: (what: string) => never): URL {
  if (!URL.canParse(text)) return refuse(`it is not an address like https://example.org`)
  const url = new URL(text)
  // Addresses are shown in messages and listings, so a password in one would be too.
  if (url.username !== '' || url.password !== '')
    return refuse("an address can't contain a user name or password; they have their own settings")
  return url
}

function inRange(
  value: number | undefined,
  text: string,
  kind: string,
  option: { readonly min?: number; readonly max?: number },
  refuse: (what: string) => never,
): number {
  if (value === undefined || !Number.isSafeInteger(value)) return refuse(`${show(text)} is not ${kind}`)
  if (option.min !== undefined && value < option.min) return refuse(`${value} is less than ${option.min}`)
  if (option.max !== undefined && value > option.max) return refuse(`${value} is more than ${option.max}`)
  return value
}

function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
