import { FairleadError } from './errors.ts'

/** The address of one asset: `[connection://][registry/]collection[/sub…]/name[:tag][@sha256:…]`. */
export interface Reference {
  readonly connection?: string
  /** Host and port; only where the connection's addressing is `registry`. */
  readonly registry?: string
  /** One or more parts joined by `/`. */
  readonly collection: string
  readonly name: string
  readonly tag?: string
  /** `sha256:<64 lower-case hex>`. */
  readonly digest?: string
}

/** The address of one stored blob: `connection:/path`. */
export interface ObjectPath {
  readonly connection?: string
  /** Logical, `/`-separated, without leading or trailing slash; `''` is the root. */
  readonly path: string
}

/** How references are read. */
export interface ReferenceOptions {
  /** `registry`: a first part with a dot or a port, or `localhost`, before a collection and a name is a registry host. */
  readonly addressing?: 'registry'
}

const connectionName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/
const part = /^[A-Za-z0-9][A-Za-z0-9._-]*$/
const digestForm = /^sha256:[0-9a-f]{64}$/
const registryHost = /^(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|\[[0-9a-fA-F:]+\]|[A-Za-z0-9-]+(?=:))(?::\d{1,5})?$/
const maxNameBytes = 200
const maxTagBytes = 128
const maxReferenceBytes = 1024

/** Whether a text can name a connection. */
export function isConnectionName(text: string): boolean {
  return connectionName.test(text)
}

/**
 * Reads a reference. Case is kept; nothing is defaulted: what is not written is absent.
 * Throws `input-invalid` that names the part at fault.
 */
export function parseReference(text: string, options: ReferenceOptions = {}): Reference {
  const refuse = (
    what: string,
    hint = 'A reference is [connection://]collection/name[:tag][@sha256:…], for example cat001/hero:v001.',
  ): never => {
    throw new FairleadError('input-invalid', `"${printable(text)}" is not a reference: ${what}.`, { hint })
  }
  if (text.length > maxReferenceBytes) refuse(`it is longer than ${maxReferenceBytes} characters`)
  let rest = text
  let connection: string | undefined
  const scheme = rest.indexOf('://')
  if (scheme >= 0) {
    connection = rest.slice(0, scheme)
    rest = rest.slice(scheme + 3)
    if (!connectionName.test(connection)) refuse(`"${printable(connection)}" is not a connection name (letters, digits, "-" and "_")`)
  }
  let digest: string | undefined
  const at = rest.indexOf('@')
  if (at >= 0) {
    digest = rest.slice(at + 1)
    rest = rest.slice(0, at)
    if (!digestForm.test(digest)) refuse(`the digest "${printable(digest)}" is not sha256: followed by 64 lower-case hexadecimal digits`)
  }
  const segments = rest.split('/')
  let registry: string | undefined
  const first = segments[0] ?? ''
  if (
    options.addressing === 'registry' &&
    segments.length >= 3 &&
    (/[.:]/.test(first) || first === 'localhost') &&
    registryHost.test(first)
  ) {
    registry = first
    segments.shift()
  }
  let name = segments.pop() ?? ''
  let tag: string | undefined
  const colon = name.indexOf(':')
  if (colon >= 0) {
    tag = name.slice(colon + 1)
    name = name.slice(0, colon)
    if (!part.test(tag)) refuse(`the tag "${printable(tag)}" must be letters, digits, ".", "_" and "-", starting with a letter or digit`)
    if (tag.length > maxTagBytes) refuse(`the tag is longer than ${maxTagBytes} bytes`)
  }
  if (segments.length === 0) refuse(name === '' ? 'it is empty' : `it has a name ("${printable(name)}") but no collection`)
  for (const segment of segments) {
    if (part.test(segment)) continue
    if (/:\d+$/.test(segment))
      refuse(
        `"${printable(segment)}" looks like a registry host, and this connection does not address registries`,
        'Use a connection of a registry client, or --addressing registry.',
      )
    refuse(
      segment === ''
        ? 'a part between slashes is empty'
        : `the collection part "${printable(segment)}" must be letters, digits, ".", "_" and "-", starting with a letter or digit`,
    )
  }
  if (!part.test(name))
    refuse(
      name === ''
        ? 'the name is empty'
        : `the name "${printable(name)}" must be letters, digits, ".", "_" and "-", starting with a letter or digit`,
    )
  if (name.length > maxNameBytes) refuse(`the name is longer than ${maxNameBytes} bytes`)
  return {
    ...(connection !== undefined && { connection }),
    ...(registry !== undefined && { registry }),
    collection: segments.join('/'),
    name,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  }
}

/** The canonical text of a reference; `parseReference` gives the same reference back. */
export function formatReference(reference: Reference): string {
  const { connection, registry, collection, name, tag, digest } = reference
  return `${connection === undefined ? '' : `${connection}://`}${registry === undefined ? '' : `${registry}/`}${collection}/${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** Reads `connection:/path` or `:/path`; `undefined` when the text has no such form. The path is not yet normalised. */
export function parseObjectPath(text: string): ObjectPath | undefined {
  const colon = text.indexOf(':/')
  if (colon < 0 || text.startsWith('//', colon + 1)) return undefined
  const connection = text.slice(0, colon)
  if (connection === '') return { path: text.slice(2) }
  return connectionName.test(connection) ? { connection, path: text.slice(colon + 2) } : undefined
}

/** `connection:/path`, as {@link parseObjectPath} reads it. */
export function formatObjectPath(objectPath: ObjectPath): string {
  return `${objectPath.connection ?? ''}:/${objectPath.path}`
}

/** Text from outside, fit for a message: control characters shown as escapes, length bounded. */
export function printable(text: string, limit = 200): string {
  const shown = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return shown.length <= limit ? shown : `${shown.slice(0, limit)}…`
}
