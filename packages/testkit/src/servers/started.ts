import type { PlainSettings } from '../conformance/harness.ts'
import { azureServer } from './azurite.ts'
import { girderServer } from './girder.ts'
import { swiftServer } from './swift.ts'
import { s3Server } from './versitygw.ts'

/** A server that a person may use: what it is, and what a connection to it is added with. */
export interface StartedServer extends AsyncDisposable {
  /** In one line: which server, where it answers, what it keeps where. */
  readonly about: string
  /** The client that connects to it. */
  readonly client: string
  readonly settings: PlainSettings
  /** The setting that is a secret. */
  readonly secret: string
}

/** The servers that a person can start, by the name of their client. */
export const servers: Readonly<Record<string, () => Promise<StartedServer>>> = {
  async azure() {
    const server = await azureServer()
    return {
      about: `Azure Blob Storage (Azurite) at ${server.url.href}, container ${String(server.settings['container'])}`,
      client: 'azure',
      settings: server.settings,
      secret: 'account-key',
      [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
    }
  },
  async girder() {
    const server = await girderServer()
    const { login, password } = server.admin
    return {
      about: `Girder at ${server.url.href}, the collection ${String(server.settings['root'])}; its web pages let ${login} in with the password ${password}`,
      client: 'girder',
      settings: server.settings,
      secret: 'api-key',
      [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
    }
  },
  async s3() {
    const server = await s3Server()
    return {
      about: `S3 (versitygw) at ${server.url.href}, its buckets are the folders in ${server.buckets}`,
      client: 's3',
      settings: server.settings,
      secret: 'secret-access-key',
      [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
    }
  },
  async swift() {
    const server = await swiftServer()
    const { authUrl, username, password } = server.login
    const { accessKeyId, endpoint } = server.s3
    return {
      about: `OpenStack Swift at ${server.url.href}, also by S3 at ${endpoint.href} with the access key ${accessKeyId} and the password as its secret`,
      client: 'swift',
      settings: { 'auth-url': authUrl.href, 'auth-version': '1', username, password, container: 'fairlead', 'create-container': true },
      secret: 'password',
      [Symbol.asyncDispose]: async () => await server[Symbol.asyncDispose](),
    }
  },
}
