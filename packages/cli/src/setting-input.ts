import { text as readAll } from 'node:stream/consumers'
import * as Flags from '@oclif/core/flags'
import { printable, secret, type Manifest, type OptionSpec } from '@fairlead/core'
import { environmentName, type Environment, type SavedSetting, type SettingInput } from '@fairlead/core/host'
import { usageError } from './exit.ts'
import { parseSettings } from './session.ts'

/** How settings are given. */
export const settingFlags = {
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'A setting. Not for secrets.',
    helpValue: 'SETTING=VALUE',
  }),
  'secret-stdin': Flags.string({ summary: 'Read this secret from standard input.', helpValue: 'SETTING' }),
  input: Flags.boolean({ allowNo: true, default: true, summary: 'At a terminal, prompt for missing settings.' }),
}

interface Given {
  readonly set?: readonly string[] | undefined
  readonly 'secret-stdin'?: string | undefined
  readonly input: boolean
}

/** How to give a secret, in one sentence. */
function secretHint(connection: string, name: string): string {
  return `Enter it at the prompt, pipe it in with --secret-stdin ${name}, or set ${environmentName(connection, name)}_FILE to the path of a file that contains it.`
}

const optionOf = ({ options }: Manifest, name: string): OptionSpec | undefined => (Object.hasOwn(options, name) ? options[name] : undefined)

async function readSecret(): Promise<string> {
  const value = (await readAll(process.stdin)).replace(/\r?\n$/, '')
  if (value === '') throw usageError('There is no secret on standard input.')
  return value
}

/**
 * Settings from --set, from standard input, and, where `ask` says so and there is a terminal, from prompts for what is
 * required and neither given nor in the environment. Unknown names are left for the settings to refuse.
 */
export async function collectSettings(
  connection: string,
  manifest: Manifest,
  given: Given,
  how: { readonly ask: boolean; readonly env: Environment; readonly asked?: readonly string[] },
): Promise<Readonly<Record<string, SettingInput>>> {
  const isSecret = (name: string) => optionOf(manifest, name)?.type === 'secret'
  const settings: Record<string, SettingInput> = { ...parseSettings(given.set ?? [], isSecret, name => secretHint(connection, name)) }
  const fromInput = given['secret-stdin']
  if (fromInput !== undefined) {
    if (!isSecret(fromInput))
      throw usageError(`"${printable(fromInput)}" is not a secret of client "${manifest.name}".`, `Give it with --set ${fromInput}=VALUE.`)
    settings[fromInput] = secret(await readSecret())
  }
  const inEnvironment = (name: string) =>
    [environmentName(connection, name), `${environmentName(connection, name)}_FILE`].some(variable => (how.env[variable] ?? '') !== '')
  const required = Object.entries(manifest.options).filter(
    ([name, option]) => 'required' in option && option.required === true && !(name in settings) && !inEnvironment(name),
  )
  const wanted = [...required.map(([name]) => name), ...(how.asked ?? [])]
  const isKnown = Object.keys(settings).every(name => optionOf(manifest, name) !== undefined)
  if (!how.ask || wanted.length === 0 || !isKnown) return settings
  if (!process.stdin.isTTY || !given.input || fromInput !== undefined) {
    const [first = ''] = wanted
    const option = optionOf(manifest, first)
    throw usageError(
      `The client "${manifest.name}" needs the ${wanted.length === 1 ? 'setting' : 'settings'} ${wanted.join(', ')}.`,
      option?.type === 'secret'
        ? secretHint(connection, first)
        : `Give it with --set ${first}=VALUE.${option === undefined ? '' : ` It is: ${option.help}`}`,
    )
  }
  const { askSetting } = await import('./prompts.ts')
  for (const name of wanted) {
    const option = optionOf(manifest, name)
    if (option !== undefined) settings[name] = await askSetting(name, option)
  }
  return settings
}

/** Where a setting went, for people. */
export function savedText(saved: SavedSetting): string {
  if (saved.place === 'keychain') return `  ${saved.name}: in the keychain`
  const path = saved.path === undefined ? '' : ` ${saved.path}`
  return saved.place === 'settings'
    ? `  ${saved.name}: in${path}`
    : `  ${saved.name}: in the file${path} (0600)${'reason' in saved && saved.reason !== undefined ? `, because ${saved.reason}` : ''}`
}
