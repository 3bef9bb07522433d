/** Who logs in by version 1. */
export interface RawLogin {
  readonly authUrl: URL
  readonly username: string
  readonly password: string
}

/** Swift's API by plain requests, behind the client's back. */
export class Raw {
  readonly token: string
  readonly storageUrl: string

  constructor(token: string, storageUrl: string) {
    this.token = token
    this.storageUrl = storageUrl
  }

  static async logIn({ authUrl, username, password }: RawLogin): Promise<Raw> {
    const answer = await fetch(authUrl, { headers: { 'x-auth-user': username, 'x-auth-key': password } })
    return new Raw(answer.headers.get('x-auth-token') ?? '', answer.headers.get('x-storage-url') ?? '')
  }

  async send(
    method: string,
    path: string,
    init: { readonly headers?: Record<string, string>; readonly body?: Uint8Array | string } = {},
  ): Promise<Response> {
    const { headers = {}, body } = init
    return await fetch(`${this.storageUrl}/${path}`, {
      method,
      headers: { ...headers, 'x-auth-token': this.token },
      ...(body !== undefined && { body: typeof body === 'string' ? body : Buffer.from(body) }),
    })
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
      const answer = await fetch(`${this.storageUrl}?bulk-delete`, {
        method: 'POST',
        headers: { 'x-auth-token': this.token, 'content-type': 'text/plain', accept: 'application/json' },
        body,
      })
      await answer.text()
    }
  }
}

function encode(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/')
}
