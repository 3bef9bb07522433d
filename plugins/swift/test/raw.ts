/** Who logs in by version 1. */
export interface RawLogin {
  readonly authUrl: URL
  readonly username: string
  readonly password: string
}

/** Swift's API by plain requests, behind the client's back. */
export class Raw {
  readonly storageUrl: string
  readonly #login: RawLogin
  #token: string

  constructor(login: RawLogin, token: string, storageUrl: string) {
    this.#login = login
    this.#token = token
    this.storageUrl = storageUrl
  }

  static async logIn(login: RawLogin): Promise<Raw> {
    const { token, storageUrl } = await tokenOf(login)
    return new Raw(login, token, storageUrl)
  }

  /** Logs in anew when the token has ended. */
  async send(
    method: string,
    path: string,
    init: { readonly headers?: Record<string, string>; readonly body?: Uint8Array | string } = {},
  ): Promise<Response> {
    const { headers = {}, body } = init
    const once = async (): Promise<Response> =>
      await fetch(`${this.storageUrl}${path.startsWith('?') ? '' : '/'}${path}`, {
        method,
        headers: { ...headers, 'x-auth-token': this.#token },
        ...(body !== undefined && { body: typeof body === 'string' ? body : Buffer.from(body) }),
      })
    const answer = await once()
    if (answer.status !== 401) return answer
    this.#token = (await tokenOf(this.#login)).token
    return await once()
  }

  async makeContainer(container: string, headers: Record<string, string> = {}): Promise<void> {
    const answer = await this.send('PUT', container, { headers })
    if (!answer.ok) throw new Error(`container ${container}: ${answer.status}`)
  }

  async read(container: string, path: string): Promise<Uint8Array | undefined> {
    const answer = await this.send('GET', `${container}/${encode(path)}`)
    const body = new Uint8Array(await answer.arrayBuffer())
    return answer.ok ? body : undefined
  }

  async write(container: string, path: string, body: Uint8Array | string, headers: Record<string, string> = {}): Promise<void> {
    const answer = await this.send('PUT', `${container}/${encode(path)}`, { body, headers })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  }

  async writeAll(container: string, objects: Iterable<{ readonly path: string; readonly body: Uint8Array }>): Promise<void> {
    const rest = objects[Symbol.iterator]()
    const lane = async (): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) await this.write(container, next.value.path, next.value.body)
    }
    await Promise.all(Array.from({ length: 16 }, lane))
  }

  async list(container: string, prefix: string): Promise<string[]> {
    const answer = await this.send('GET', `${container}?prefix=${encodeURIComponent(prefix)}`)
    return (await answer.text()).split('\n').filter(name => name !== '')
  }

  async removeAll(container: string, prefix: string): Promise<void> {
    for (let names = await this.list(container, prefix); names.length > 0; names = await this.list(container, prefix)) {
      const body = names.map(name => `${container}/${encode(name)}`).join('\n')
      const answer = await this.send('POST', '?bulk-delete', {
        headers: { 'content-type': 'text/plain', accept: 'application/json' },
        body,
      })
      await answer.text()
    }
  }
}

async function tokenOf({ authUrl, username, password }: RawLogin): Promise<{ readonly token: string; readonly storageUrl: string }> {
  const answer = await fetch(authUrl, { headers: { 'x-auth-user': username, 'x-auth-key': password } })
  return { token: answer.headers.get('x-auth-token') ?? '', storageUrl: answer.headers.get('x-storage-url') ?? '' }
}

function encode(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}
