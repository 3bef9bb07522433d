import manifest from '../package.json' with { type: 'json' }

/** The name, the version and one sentence of this package. */
export const { name, version, description } = manifest

/** Topics of the command line and what they are about. */
export const topics = {
  client: { description: 'Connections: add, log in, show, check and choose them' },
  config: { description: 'Settings and where they come from' },
  local: { description: 'The verbs, on the local store (fairlead local push, pull, search, …)' },
  name: { description: 'Names of assets and files' },
  plugins: { description: 'Clients: install, update, link and list them' },
  reference: { description: 'References of assets' },
  spec: { description: 'Specifications: what assets must be' },
} as const
