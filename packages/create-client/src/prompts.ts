import { authentications, capabilityNames, packageManagers } from './choices.ts'
import { Refusal } from './refusal.ts'
import type { Questions } from './settle.ts'

const means: Readonly<Record<(typeof authentications)[number], string>> = {
  none: 'no authentication',
  'api-key': 'a key in a header',
  oauth2: 'a login in the browser (OAuth 2)',
  basic: 'user and password',
}

const steps: Readonly<Record<(typeof capabilityNames)[number], string>> = {
  write: 'push: doWrite',
  list: 'search: doList',
  read: 'pull: doStat, doRead',
  share: 'share: doShare',
  remove: 'remove: doRemove',
}

/** The questions at a terminal. Each is a flag as well. The prompts are loaded when the first is asked. */
export const prompts: Questions = {
  async text(message, initial, check) {
    const { input } = await import('@inquirer/prompts')
    return await input({
      message,
      required: true,
      ...(initial !== '' && { default: initial }),
      validate: answer => problem(check, answer) ?? true,
    })
  },
  async auth(initial) {
    const { select } = await import('@inquirer/prompts')
    const choices = authentications.map(value => ({ value, name: `${value}: ${means[value]}` }))
    return await select({ message: 'How does the service authenticate requests?', default: initial, choices })
  },
  async capabilities() {
    const { checkbox } = await import('@inquirer/prompts')
    const choices = capabilityNames.map(value => ({ value, name: steps[value] }))
    return await checkbox({
      message: 'What should be generated, for an example service? You write the rest, step by step.',
      choices,
    })
  },
  async packageManager(initial) {
    const { select } = await import('@inquirer/prompts')
    return await select({ message: 'What installs its packages?', default: initial, choices: packageManagers.map(value => ({ value })) })
  },
}

function problem(check: (answer: string) => string, answer: string): string | undefined {
  try {
    check(answer)
    return undefined
  } catch (cause) {
    if (cause instanceof Refusal) return `${cause.message}. ${cause.hint}`
    throw cause
  }
}
