import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { layoutPath } from '../../contract/asset-layout.ts'
import type { PathRules } from '../../contract/capabilities.ts'
import { FairleadError } from '../../contract/errors.ts'
import { foldPath, quotePath } from '../../contract/path-rules.ts'
import { layoutOf } from '../assets/layout-marker.ts'
import { folderNames } from '../machine/folders.ts'
import type { Folders } from '../runtime.ts'
import type { Place } from '../transfer/place.ts'
import { realPath } from './real-path.ts'
import type { Side } from './side.ts'

/** Where Fairlead keeps assets at the root of a store. */
const ownFolders: ReadonlySet<string> = new Set(['assets', 'metadata', 'content', '.fairlead'])

/** Whether a path is one of Fairlead's own at the root of a store that holds assets, in whatever spelling the store takes for it. */
function isOwn(path: string, rules: PathRules): boolean {
  const key = foldPath(path, rules)
  const slash = key.indexOf('/')
  return key === layoutPath || ownFolders.has(slash < 0 ? key : key.slice(0, slash))
}

/** `input-invalid` where one place is, or lies in, the other: what is copied would be found again as something to copy. */
export function refuseOverlap(source: Side, dest: Side): void {
  const [from, to] = [rootOf(source), rootOf(dest)]
  if (from.store !== to.store || (!holds(from.path, to.path, from.separator) && !holds(to.path, from.path, from.separator))) return
  throw new FairleadError('input-invalid', `"${source.address}" and "${dest.address}" are the same place, or one contains the other.`, {
    hint: 'Give two places that do not overlap.',
  })
}

function rootOf({ place }: Side): { readonly store: string; readonly path: string; readonly separator: string } {
  if (place.kind === 'local') return { store: '', path: realPath(place.root), separator: sep }
  const { localFolder } = place.client.connection
  // Files of this machine by another name: a folder of it may be, or hold, or lie in what the connection is of.
  if (localFolder !== undefined)
    return { store: '', path: realPath(join(localFolder, ...quotePath(place.prefix, place.rules).split('/'))), separator: sep }
  return { store: place.client.identity, path: foldPath(place.prefix, place.rules), separator: '/' }
}

function holds(folder: string, path: string, separator: string): boolean {
  return path === folder || folder === '' || path.startsWith(folder.endsWith(separator) ? folder : folder + separator)
}

/**
 * Which paths of a place a sync neither reads nor writes: files of this machine that are no content (`leaveOut`, settings and state of
 * Fairlead, the folder in which a store on disk keeps what it needs). `input-invalid` for a place within those.
 */
export function ownFilesIn(place: Place, folders: Folders, leaveOut: readonly string[]): (path: string) => boolean {
  if (place.kind !== 'local') return () => false
  const root = realPath(place.root)
  const { config, state } = folderNames(folders)
  const own = [config, state].map(realPath)
  for (const folder of own) {
    if (holds(folder, root, sep))
      throw new FairleadError('input-invalid', `"${place.root}" is inside "${folder}", where Fairlead keeps settings, secrets or state.`, {
        path: place.root,
        hint: 'Choose another folder.',
      })
  }
  const store = isStoreFolder(root) ? [join(root, '.fairlead')] : []
  const inside = [...own, ...store, ...leaveOut.map(realPath)]
    .filter(path => holds(root, path, sep))
    .map(path => relative(root, path).replaceAll(sep, '/'))
  return inside.length === 0 ? () => false : path => inside.some(one => holds(one, path, '/'))
}

/**
 * Which paths of DEST are assets that Fairlead keeps there: none where no store with assets is. `input-invalid` for a DEST within them.
 */
export async function assetsIn(
  { place, address }: Side,
  signal: AbortSignal | undefined,
): Promise<((path: string) => boolean) | undefined> {
  const own = (path: string): boolean => isOwn(path, place.rules)
  if (place.kind === 'local') {
    const root = realPath(place.root)
    const store = storeAround(root, own)
    if (store !== undefined)
      throw new FairleadError('input-invalid', `"${address}" is where Fairlead keeps the assets of the store "${store}".`, {
        path: address,
        hint: 'Choose another folder, or add --with-assets if this is intended.',
      })
    return isStoreFolder(root) ? own : undefined
  }
  const { client, prefix } = place
  if (client.capabilities.assets === 'native' || client.capabilities.read === false || (prefix !== '' && !own(prefix))) return undefined
  if ((await statMarker(place, signal)) === undefined) return undefined
  if (prefix === '') return own
  throw new FairleadError('input-invalid', `"${address}" is where Fairlead keeps the assets of connection "${client.name}".`, {
    path: prefix,
    hint: `Choose another folder, such as ${client.name}:/files, or add --with-assets if this is intended.`,
  })
}

async function statMarker(place: Place & { readonly kind: 'client' }, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await place.client.stat(layoutPath, signal === undefined ? {} : { signal })
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return undefined
    throw error
  }
}

/** The folder of a store with assets in whose own folders a path lies. */
function storeAround(path: string, own: (path: string) => boolean): string | undefined {
  for (let folder = dirname(path), last = path; folder !== last; last = folder, folder = dirname(folder)) {
    if (own(relative(folder, path).replaceAll(sep, '/')) && isStoreFolder(folder)) return folder
  }
  return undefined
}

function isStoreFolder(root: string): boolean {
  const marker = join(root, layoutPath)
  if (isFile(marker) && layoutOf(readFileSync(marker, 'utf8')) !== undefined) return true
  return isFile(join(root, '.fairlead', 'lock.sqlite'))
}

/** What can't be looked at is none: whoever lists the place tells why. */
function isFile(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch (cause) {
    if (cause instanceof Error && 'syscall' in cause) return false
    throw cause
  }
}
