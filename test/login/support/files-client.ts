import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
// @boundaries-ignore The provider of core's own tests.
import { scopes } from '../../../packages/core/test/login/support/provider.ts'

const manifest = {
  contract: 1,
  name: 'files',
  title: 'Files',
  summary: 'A service with a login.',
  package: 'fairlead-client-files',
  options: {
    endpoint: { type: 'url', help: 'Where the service answers.', required: true },
    'client-id': { type: 'string', help: 'The OAuth client.' },
    'client-secret': { type: 'secret', help: 'The secret of the OAuth client.' },
    'refresh-token': { type: 'secret', help: 'What a login gave.' },
  },
  credentials: ['refresh-token'],
  identity: ['endpoint'],
  login: {
    kind: 'oauth2',
    authorizationEndpoint: 'https://files.example/auth',
    tokenEndpoint: 'https://files.example/token',
    deviceEndpoint: 'https://files.example/device/auth',
    revocationEndpoint: 'https://files.example/token/revocation',
    endpointSetting: 'endpoint',
    settings: { clientId: 'client-id', clientSecret: 'client-secret', refreshToken: 'refresh-token' },
    access: scopes,
    defaultAccess: 'app',
    parameters: { prompt: 'consent' },
    redirect: {},
    guide: ['Open the console of Files.', 'Make a client of the type Desktop.'],
  },
  capabilities: {
    list: { recursive: true, ordered: true, directories: 'implied' },
    read: false,
    write: false,
    copy: false,
    remove: false,
    search: { native: false },
    share: false,
    assets: 'objects',
    paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: true },
    checksums: [],
    consistency: 'strong',
  },
}

const code = `import { ApiConnection, definePlugin, errorFromResponse, FairleadError } from '@fairlead/core'

const manifest = ${JSON.stringify(manifest)}

class Files extends ApiConnection {
  constructor(init) { super(init, manifest.capabilities) }
  toError(cause) { return new FairleadError('unexpected', String(cause)) }
  doRefresh() { return this.host.login.renew() }
  async doAccount({ signal }) {
    const token = await this.host.login.accessToken(signal)
    const url = new URL('/me', this.settings.endpoint)
    const response = await this.host.http.request({ url, headers: { authorization: 'Bearer ' + token.reveal() }, signal })
    if (response.status !== 200) throw await errorFromResponse(response)
    return (await response.json()).sub
  }
  async doList(request, cursor, context) { await this.doAccount(context); return { items: [] } }
}

export const files = definePlugin({ contract: 1, manifest, connect: async init => new Files(init) })
`

/** Puts the client "files" into a folder, as npm would have installed it; core is the one of the workspace at `root`. */
export function installFiles(folder: string, root: string): void {
  const packageFolder = join(folder, 'node_modules', 'fairlead-client-files')
  mkdirSync(packageFolder, { recursive: true })
  mkdirSync(join(folder, 'node_modules', '@fairlead'), { recursive: true })
  symlinkSync(join(root, 'packages/core'), join(folder, 'node_modules', '@fairlead', 'core'))
  const exports = { '.': './index.js', './fairlead.manifest.json': './fairlead.manifest.json' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies: { [manifest.package]: '1.0.0' } }))
  writeFileSync(join(packageFolder, 'package.json'), JSON.stringify({ name: manifest.package, version: '1.0.0', type: 'module', exports }))
  writeFileSync(join(packageFolder, 'fairlead.manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(packageFolder, 'index.js'), code)
}

/** A folder with an `xdg-open` that writes the address it is given into a pipe, in place of opening a browser. */
export function openerInto(folder: string, pipe: string): string {
  const programs = join(folder, 'programs')
  mkdirSync(programs)
  const file = join(programs, 'xdg-open')
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$1" > '${pipe}'\n`)
  chmodSync(file, 0o755)
  return programs
}
