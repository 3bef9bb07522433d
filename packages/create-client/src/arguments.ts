import { parseArgs } from 'node:util'
import {
  authentications,
  capabilityNames,
  packageManagers,
  type Authentication,
  type CapabilityName,
  type PackageManager,
} from './choices.ts'
import { checkPackageName, checkScheme, checkTitle } from './names.ts'
import { Refusal } from './refusal.ts'

/** What the command line says; what it leaves open is asked for, or has its default. */
export interface Given {
  readonly name?: string
  readonly scheme?: string
  readonly title?: string
  readonly auth?: Authentication
  readonly capabilities?: readonly CapabilityName[]
  readonly packageManager?: PackageManager
  readonly directory?: string
  /** Asks for nothing. */
  readonly yes: boolean
  readonly dryRun: boolean
  readonly help: boolean
  readonly version: boolean
}

/** What `--help` prints. */
export const usage = `npm create @fairlead/client -- [DIRECTORY] [flags]
Makes a client for a service of your own: a package with its tests, its docs and a small fake of the service.

  --scheme NAME            what the client is called, as in NAME://films/hero:v1
  --name PACKAGE           the npm package; default fairlead-client-NAME
  --title TEXT             what people call the service
  --auth HOW               ${authentications.join(', ')}; default api-key
  --capabilities LIST      what is generated against a made-up service, of ${capabilityNames.join(',')},
                           or none (default) or all; the tests say how to go on with the rest
  --example                the whole client of the made-up service: --capabilities all
  --package-manager NAME   ${packageManagers.join(', ')}; default the one that runs this
  --directory FOLDER       default the name of the package, or plugins/NAME in Fairlead's own workspace
  --yes                    asks for nothing: what is not given has its default
  --dry-run                names the files and writes nothing
  --version, --help
`

/** Reads the command line. Throws a {@link Refusal} for what it doesn't know or can't take. */
export function parseArguments(words: readonly string[]): Given {
  const { values, positionals } = read(words)
  const { name, scheme, title, auth, directory = positionals[0], example = false } = values
  if (positionals.length > 1 || (positionals.length === 1 && values.directory !== undefined))
    throw new Refusal(`only one folder can be given, but there is also "${positionals.at(-1) ?? ''}"`, 'See --help.')
  if (example && values.capabilities !== undefined)
    throw new Refusal('--example has all capabilities', 'Leave --capabilities or --example out.')
  const capabilities = example ? capabilityNames : values.capabilities === undefined ? undefined : parseCapabilities(values.capabilities)
  const manager = values['package-manager']
  return {
    ...(name !== undefined && { name: checkPackageName(name) }),
    ...(scheme !== undefined && { scheme: checkScheme(scheme) }),
    ...(title !== undefined && { title: checkTitle(title) }),
    ...(auth !== undefined && { auth: oneOf(authentications, auth, '--auth') }),
    ...(capabilities !== undefined && { capabilities }),
    ...(manager !== undefined && { packageManager: oneOf(packageManagers, manager, '--package-manager') }),
    ...(directory !== undefined && { directory }),
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

// The type of what parseArgs gives is that of its own configuration.
function read(words: readonly string[]) {
  // pnpm and yarn pass on the `--` that npm takes for itself.
  const args = words[0] === '--' && words[1]?.startsWith('--') === true ? words.slice(1) : [...words]
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        scheme: { type: 'string' },
        title: { type: 'string' },
        auth: { type: 'string' },
        capabilities: { type: 'string' },
        example: { type: 'boolean' },
        'package-manager': { type: 'string' },
        directory: { type: 'string' },
        yes: { type: 'boolean', short: 'y' },
        'dry-run': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw new Refusal(cause instanceof Error ? cause.message : String(cause), 'See --help.')
  }
}

function parseCapabilities(text: string): readonly CapabilityName[] {
  if (text === 'all') return capabilityNames
  if (text === 'none' || text === '') return []
  const wanted = text.split(',').map(word => oneOf(capabilityNames, word.trim(), '--capabilities'))
  return capabilityNames.filter(name => wanted.includes(name))
}

function oneOf<T extends string>(choices: readonly T[], text: string, flag: string): T {
  const found = choices.find(choice => choice === text)
  if (found !== undefined) return found
  throw new Refusal(`${flag} can't be "${text}"`, `Give one of ${choices.join(', ')}.`)
}
