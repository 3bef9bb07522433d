import { basename, resolve } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { inParallel } from '../../contract/parallel.ts'
import { parseObjectPath, printable } from '../../contract/reference.ts'
import type { CallOptions, Client } from '../client.ts'
import { clientPlace } from './client-place.ts'
import type { CopyPair } from './copy-job.ts'
import { localPlace } from './local-place.ts'
import type { Looked, Place } from './place.ts'

/** Sources that are looked at together. */
const looksAtOnce = 8

/** One end of a transfer as a person writes it. */
export interface End {
  /** As it was written. */
  readonly text: string
  /** Absent: a path of this machine. `''`: the active connection. */
  readonly connection?: string
  readonly path: string
  /** It ends with a slash, or is a root, `.` or `..`: what lies in it is meant, not the thing itself. */
  readonly inside: boolean
}

/** Gives the client of a connection; of the active one for undefined. */
export type ConnectEnd = (connection: string | undefined) => Promise<Client>

/**
 * Reads `connection:/path`, `:/path` (the active connection) or a path of this machine. `input-invalid` for nothing and for the
 * reference of an asset, which is pushed and pulled.
 */
export function parseEnd(text: string): End {
  if (text === '')
    throw new FairleadError('input-invalid', 'An end of a transfer is empty.', { hint: 'Write a path, or connection:/path.' })
  const asset = /^([A-Za-z0-9][A-Za-z0-9_-]*):\/\//.exec(text)
  if (asset !== null) {
    throw new FairleadError('input-invalid', `"${printable(text)}" is the reference of an asset.`, {
      hint: `Use \`fairlead pull\` and \`fairlead push\` for assets; an object path has one slash: ${asset[1] ?? ''}:/path.`,
    })
  }
  const isDrive = process.platform === 'win32' && /^[A-Za-z]:[\\/]/.test(text)
  const object = isDrive ? undefined : parseObjectPath(text)
  if (object !== undefined) {
    return { text, connection: object.connection ?? '', path: object.path, inside: object.path === '' || object.path.endsWith('/') }
  }
  return { text, path: text, inside: /(?:^|[/\\])\.{0,2}$/.test(process.platform === 'win32' ? text : text.replaceAll('\\', '_')) }
}

/** The place of an end. */
export async function placeOf({ connection, path }: End, connect: ConnectEnd): Promise<Place> {
  return connection === undefined ? localPlace(path) : clientPlace(await connect(connection === '' ? undefined : connection), path)
}

/**
 * What a copy of these sources to that destination is, by how they are written and not by what happens to be there:
 * - DEST with a slash at its end (or several sources): each source goes into it by its own name; a SOURCE with a slash at its end is a
 *   folder of which the content goes into it.
 * - DEST without: the one source becomes DEST, a file that file and a folder that folder. Only a file whose DEST is a folder of this
 *   machine goes into that folder, since nothing else could be meant.
 *
 * `not-found` for a source that is not there; `input-invalid` for two that would have the same name.
 */
export async function resolveCopy(
  sources: readonly string[],
  destination: string,
  connect: ConnectEnd,
  { signal }: CallOptions = {},
): Promise<CopyPair[]> {
  const dest = parseEnd(destination)
  const target = await placeOf(dest, connect)
  const into = dest.inside || sources.length > 1
  const call = signal === undefined ? {} : { signal }
  const names = new Map<string, string>()
  const pairs: CopyPair[] = []
  const found: Array<{ readonly text: string; readonly end: End; readonly from: Place; looked?: Looked }> = []
  for (const text of sources) {
    const end = parseEnd(text)
    found.push({ text, end, from: await placeOf(end, connect) })
  }
  await inParallel(found, looksAtOnce, async source => {
    source.looked = await source.from.look({ ...call, folder: source.end.inside })
  })
  for (const { text, end, from, looked } of found) {
    // A root is there even where nothing was ever written.
    if (looked === undefined && !(end.inside && from.kind === 'client' && from.prefix === '')) throw missing(text, end)
    if (looked?.kind === 'item') {
      const { item, parent } = looked
      if (into) pairs.push({ from: parent, item, to: target, path: taken(names, item.path, text) })
      else if (target.kind === 'local' && (await target.look())?.kind === 'folder')
        pairs.push({ from: parent, item, to: target, path: item.path })
      else pairs.push({ from: parent, item, ...itselfOf(target) })
    } else if (!into || end.inside) pairs.push({ from, to: target })
    else pairs.push({ from, to: target.below(taken(names, nameOf(from), text)) })
  }
  return pairs
}

/** The name of a folder or prefix. */
function nameOf(place: Place): string {
  return place.kind === 'local' ? basename(place.root) : place.prefix.slice(place.prefix.lastIndexOf('/') + 1)
}

/** A place as an item of the one that holds it. */
function itselfOf(place: Place): { readonly to: Place; readonly path: string } {
  if (place.kind === 'local') return { to: localPlace(resolve(place.root, '..')), path: basename(place.root) }
  const slash = place.prefix.lastIndexOf('/')
  return { to: clientPlace(place.client, place.prefix.slice(0, Math.max(0, slash))), path: place.prefix.slice(slash + 1) }
}

function taken(names: Map<string, string>, name: string, text: string): string {
  const other = names.get(name)
  if (other !== undefined) {
    throw new FairleadError('input-invalid', `"${printable(other)}" and "${printable(text)}" would both become "${printable(name)}".`, {
      hint: 'Copy one of them under another name.',
    })
  }
  names.set(name, text)
  return name
}

function missing(text: string, { connection, inside }: End): FairleadError {
  const said = printable(text)
  const message =
    connection === undefined
      ? `There is no file or folder "${said}".`
      : inside
        ? `There is nothing below "${said}".`
        : `"${said}" is not an object, and there is nothing below it.`
  return new FairleadError('not-found', message, {
    ...(connection !== undefined && connection !== '' && { connection }),
    path: text,
    hint: connection === undefined ? 'Check the path.' : 'See what is there with `fairlead ls`.',
  })
}
