import type { FaultProxy, PlainSettings } from '@fairlead/testkit'
import type { Login } from './command-line.ts'

/** A store that the whole product is tested on. */
export interface StoreKind {
  readonly name: string
  /** Why its server can't be started here; undefined when it can. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
  missing(): string | undefined
  /** `roomBytes`: so much fits in, more is refused by the service itself. */
  start(options?: { readonly roomBytes?: number }): Promise<Store>
}

/** What other programs connect with. */
interface Outside {
  /** Variables that make `store:` a remote of rclone. */
  readonly rclone: Readonly<Record<string, string>>
}

/** A running server with one bucket or container, a fault proxy before it, and its own API behind our client's back. */
export interface Store extends AsyncDisposable {
  readonly name: string
  /** Through the fault proxy. */
  readonly login: Login
  readonly faults: FaultProxy
  /** The bucket or container of the login. */
  readonly root: string
  /** The setting that names it. */
  readonly rootSetting: string
  readonly outside: Outside
  /** The body of an object, undefined where there is none. */
  get(path: string): Promise<Buffer | undefined>
  /** The answer to a request for an object, its body unread. */
  response(path: string): Promise<Response>
  put(path: string, body: string | Uint8Array): Promise<void>
  /** Addresses that anybody could try: the object, the listing of its bucket, the listing of all buckets. */
  anonymous(path: string, root?: string): readonly URL[]
  /** The same place for somebody who may read nothing and write nothing. */
  stranger(): Promise<Login>
  /** The same place for somebody who may only read. */
  reader(): Promise<Login>
  /** The same place with a credential that the service itself lets expire after so many seconds; absent where it has none. */
  expiring?(seconds: number): Promise<Login>
}

/** A login with some settings replaced. */
export function changed(login: Login, settings: PlainSettings): Login {
  return { ...login, settings: { ...login.settings, ...settings } }
}

/** A path as it stands in a URL: only what RFC 3986 calls unreserved, and slashes. */
export function encodedPath(path: string): string {
  return path.split('/').map(encoded).join('/')
}

function encoded(segment: string): string {
  return encodeURIComponent(segment).replaceAll(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** The body of an answer; undefined for 404, an error for any other refusal. */
export async function bodyOf(response: Response): Promise<Buffer | undefined> {
  const body = Buffer.from(await response.arrayBuffer())
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${body.toString()}`)
  return body
}
