import { homedir, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { environmentValue, type Environment } from '../application/environment.ts'
import { makeFolder } from './make-folder.ts'
import type { Folders } from '../runtime.ts'

/** The folders of this machine, made on first use; `paths` names them without making them. */
export interface MachineFolders extends Folders {
  readonly paths: Folders
}

/**
 * The home folder as the environment has it; the account's own when the environment is silent. Empty and relative values
 * are passed over: they would put settings and secrets into the current folder. `config-invalid` when there is none.
 */
export function homeFolder(env: Environment): string {
  const named = [environmentValue(env, 'HOME'), environmentValue(env, 'USERPROFILE'), homedir()]
  const home = named.find(value => value !== undefined && isAbsolute(value)) ?? accountHome()
  if (home !== undefined && isAbsolute(home)) return home
  throw new FairleadError('config-invalid', 'this account has no home folder', {
    hint: 'Set HOME or FAIRLEAD_HOME to the absolute path of a folder that you can write.',
  })
}

/** The home folder of the password database; an account that it does not know has none. */
function accountHome(): string | undefined {
  try {
    return userInfo().homedir
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_SYSTEM_ERROR') return undefined
    throw cause
  }
}

/** Makes a folder with its parents, readable by this account only. Throws `config-invalid` when that can't be done. */
export function ensureFolder(folder: string): string {
  try {
    makeFolder(folder, 0o700)
  } catch (cause) {
    throw new FairleadError('config-invalid', `the folder ${folder} can't be created`, {
      path: folder,
      hint: 'Set FAIRLEAD_HOME to a folder you can write to.',
      cause,
    })
  }
  return folder
}

/**
 * Where things lie, by the XDG base directory specification (relative values in its variables are ignored, as it asks).
 * `FAIRLEAD_HOME` moves all four folders below itself.
 */
export function folderPaths(env: Environment): Folders {
  const own = environmentValue(env, 'FAIRLEAD_HOME')
  if (own !== undefined) {
    const home = resolve(own)
    return { config: join(home, 'config'), state: join(home, 'state'), cache: join(home, 'cache'), data: join(home, 'data', 'store') }
  }
  const base = (name: string, ...fallback: readonly string[]): string => {
    const value = environmentValue(env, name)
    return join(value !== undefined && isAbsolute(value) ? value : join(homeFolder(env), ...fallback), 'fairlead')
  }
  return {
    config: base('XDG_CONFIG_HOME', '.config'),
    state: base('XDG_STATE_HOME', '.local', 'state'),
    cache: base('XDG_CACHE_HOME', '.cache'),
    data: join(base('XDG_DATA_HOME', '.local', 'share'), 'store'),
  }
}

/** The same folders, each made (0700) when it is first asked for. */
export function createFolders(env: Environment = process.env): MachineFolders {
  const paths = folderPaths(env)
  const made = new Set<string>()
  const use = (folder: string): string => {
    if (!made.has(folder)) made.add(ensureFolder(folder))
    return folder
  }
  return {
    paths,
    get config() {
      return use(paths.config)
    },
    get state() {
      return use(paths.state)
    },
    get cache() {
      return use(paths.cache)
    },
    get data() {
      return use(paths.data)
    },
  }
}

/** The names of folders: those of ours are made by asking for them; their names alone are not. */
export function folderNames(folders: Folders & { readonly paths?: Folders }): Folders {
  return folders.paths ?? folders
}
