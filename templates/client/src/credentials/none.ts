import type { OptionsSpec } from '@fairlead/core'

/** The settings that say who asks: this service asks nobody who they are. */
export const credentials = {} as const satisfies OptionsSpec

/** Those of them that are one credential, taken together from one source. */
export const credentialNames: readonly string[] = []
