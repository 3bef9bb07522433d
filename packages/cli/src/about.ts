import manifest from '../package.json' with { type: 'json' }

/** The name, the version and one sentence of this package. */
export const { name, version, description } = manifest

/** Topics of the command line and what they are about. */
export const topics = {
  client: { description: 'Add, log in to, show, check and choose connections' },
  config: { description: 'Settings and where they come from' },
  local: { description: 'Run commands on the local store (fairlead local push, pull, search, …)' },
  name: { description: 'Parse, check and fix names of assets and files' },
  plugins: { description: 'Install, update, link and list clients' },
  reference: { description: 'Parse asset references' },
  spec: { description: 'Specifications: the rules that assets must follow' },
} as const
