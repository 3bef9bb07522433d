import { FairleadError } from '@fairlead/core'
import type { PackageInfo } from './read-package.ts'

const loading = new Set<PackageInfo>()

/** Loads the code of a package. It runs in this process, and may end it. */
export async function whileLoading<T>(info: PackageInfo, load: () => Promise<T>): Promise<T> {
  loading.add(info)
  try {
    return await load()
  } finally {
    loading.delete(info)
  }
}

/** While the process ends: the `plugin-invalid` of a package that was being loaded. Its code ended the process, or left it nothing to wait for. */
export function endedByPackage(): FairleadError | undefined {
  const [info] = loading
  if (info === undefined) return undefined
  const { name, version, folder } = info
  return new FairleadError('plugin-invalid', `${name} ${version} can't be loaded: its code ended the process, or never finished loading`, {
    path: folder,
    hint: `Update it, or tell its authors. If it is installed, \`fairlead plugins uninstall ${name}\` removes it.`,
  })
}

/** While the process ends: what is said of a command that has not finished, when no package was being loaded. */
export function endedByOthers(command: string): FairleadError {
  return new FairleadError('unexpected', `The process ended before \`${command}\` had finished`, {
    hint: 'Code of a client, or of your project, ended it or never finished. Tell its authors.',
  })
}
