import { confirm, input, password, select } from '@inquirer/prompts'
import { secret, type OptionSpec } from '@fairlead/core'
import type { SettingInput } from '@fairlead/core/host'

/** Prompts go to standard error: standard output is for results. */
const context = { output: process.stderr, clearPromptOnDone: false }

/** Asks for one setting. A secret is not shown while it is typed. */
export async function askSetting(name: string, option: OptionSpec): Promise<SettingInput> {
  const message = `${name} (${option.help.replace(/\.$/, '')})`
  const filled = (value: string): true | string => value !== '' || 'It is needed.'
  if (option.type === 'secret') return secret(await password({ message, mask: '*', validate: filled }, context))
  if (option.type === 'boolean') return confirm({ message, default: option.default ?? false }, context)
  if (option.type === 'string' && option.choices !== undefined) {
    return select(
      { message, choices: option.choices.map(value => ({ value })), ...(option.default !== undefined && { default: option.default }) },
      context,
    )
  }
  return input(
    { message, validate: filled, ...('default' in option && option.default !== undefined && { default: String(option.default) }) },
    context,
  )
}
