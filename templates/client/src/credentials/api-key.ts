import type { OptionsSpec } from '@fairlead/core'

/** The settings that say who asks. */
export const credentials = {
  'api-key': {
    type: 'secret',
    required: true,
    env: ['SHELF_API_KEY'],
    help: 'The API key, from the account page of the service.',
  },
} as const satisfies OptionsSpec

/** Those of them that are one credential, taken together from one source. */
export const credentialNames: readonly string[] = ['api-key']
