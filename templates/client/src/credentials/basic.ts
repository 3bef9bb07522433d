import type { OptionsSpec } from '@fairlead/core'

/** The settings that say who asks. */
export const credentials = {
  username: { type: 'string', required: true, env: ['SHELF_USERNAME'], help: 'The user name.' },
  password: { type: 'secret', required: true, env: ['SHELF_PASSWORD'], help: 'The password of the user.' },
} as const satisfies OptionsSpec

/** Those of them that are one credential, taken together from one source. */
export const credentialNames: readonly string[] = ['username', 'password']
