import { FairleadError } from '../../contract/errors.ts'
import { secret, type Secret } from '../../contract/options.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/**
 * Lets the client make a new value for a setting and tell the service of it. The caller stores it: until then only the service
 * knows it. `input-invalid` for a setting that the client does not make.
 */
export async function generateSetting(runtime: ClientRuntime, setting: string, options: CallOptions = {}): Promise<Secret> {
  const { connection, manifest, attempts, name } = runtime
  const generated = generatedSettings(manifest)
  const doGenerate = connection.doGenerate?.bind(connection)
  if (doGenerate === undefined || !generated.includes(setting)) throw notGenerated(name, manifest, setting)
  return secret(await attempts.run({ name: 'generate' }, context => doGenerate(setting, context), options))
}

/** The settings that a client makes itself. */
function generatedSettings({ options }: Pick<ClientRuntime['manifest'], 'options'>): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => (option.type === 'secret' && option.generated === true ? [name] : []))
}

function notGenerated(connection: string, manifest: ClientRuntime['manifest'], setting: string): FairleadError {
  const generated = generatedSettings(manifest)
  return new FairleadError('input-invalid', `the client ${manifest.name} of "${connection}" can't generate "${setting}"`, {
    connection,
    hint:
      generated.length === 0
        ? `It can't generate any setting. Set a value with \`fairlead client set ${connection}\`.`
        : `It makes ${generated.map(name => `"${name}"`).join(' and ')}.`,
  })
}
