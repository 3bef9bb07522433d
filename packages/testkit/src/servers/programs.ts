import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program is: `FAIRLEAD_<NAME>` says so, else PATH, else `.tools/servers/bin` here or in a folder above. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const variable = programVariable(name)
  const said = env[variable]
  if (said !== undefined && said !== '') return isProgram(said) ? said : undefined
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  return [...folders, ...toolFolders(process.cwd())].map(folder => join(folder, name)).find(isProgram)
}

/** The variable that may say where a program is. */
export function programVariable(name: string): string {
  return `FAIRLEAD_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`
}

/**
 * Why a server can't be started here, for `unavailable` of a setup: the programs that are missing and how to get them.
 * Undefined when all are there. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants every server.
 */
export function missingPrograms(names: readonly string[], how: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const missing = names.filter(name => findProgram(name, env) === undefined)
  if (missing.length === 0) return undefined
  const reason = `${missing.join(' and ')} not found; ${how}, or set ${missing.map(programVariable).join(' and ')} to where it is`
  if (env['FAIRLEAD_REQUIRE_SERVERS'] === '1') throw new Error(reason)
  return reason
}

/** The path of a program that must be there. */
export function program(name: string, how: string): string {
  const found = findProgram(name)
  if (found === undefined) throw new Error(`${name} not found; ${how}, or set ${programVariable(name)} to where it is`)
  return found
}

/** Tests run in a package's folder, and the tools of a workspace lie at its root. */
function toolFolders(from: string): string[] {
  const above = join(from, '..')
  return [join(from, '.tools', 'servers', 'bin'), ...(above === from ? [] : toolFolders(above))]
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return false
    throw cause
  }
}
