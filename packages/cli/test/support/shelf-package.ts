import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What may be different about the package of the client "shelf". */
export interface ShelfPackage {
  /** Default `fairlead-client-shelf`. */
  readonly name?: string
  /** Default 1.0.0. */
  readonly version?: string
  /** The client's name, default `shelf`. */
  readonly client?: string
  readonly contract?: number
  /** It imports core, as clients do; else it brings what little it needs. */
  readonly core?: 'peer' | 'none'
  /** The text of its manifest file, where it is not what its code has; null: there is none. */
  readonly manifest?: string | null
  /** The Node that its package asks for. */
  readonly node?: string
  /** Its peers besides core. */
  readonly peers?: Readonly<Record<string, string>>
  /** It adds the command `count`. */
  readonly commands?: boolean
  /** Put before its code. */
  readonly prologue?: string
}

const commands = {
  count: {
    summary: 'Count what lies on the shelf',
    description: 'Files of all its folders.',
    examples: ['count', 'count a --least 1'],
    arguments: [{ name: 'FOLDER', help: 'Only below this folder' }],
    flags: { least: { type: 'integer', help: 'Fail when there are fewer.', min: 0, default: 0 } },
    repeatable: true,
  },
}

const capabilities = {
  list: { recursive: true, ordered: false, directories: 'implied' },
  read: { range: false, versions: false, validator: false },
  write: { unknownSize: true, empty: true, conditions: [], modified: false, metadata: false, resumable: false },
  copy: false,
  remove: { recursive: false, batch: 1 },
  search: { native: false },
  share: false,
  assets: 'objects',
  paths: { segmentBytes: 255, pathBytes: 1024, forbidden: '', reserved: [], case: 'sensitive', unicode: 'bytes', fileAndFolder: false },
  checksums: [],
  consistency: 'strong',
}

/** The manifest of the client, as data. */
export function shelfManifest(options: ShelfPackage = {}): object {
  const { name = 'fairlead-client-shelf', client = 'shelf', contract = 1 } = options
  return {
    contract,
    name: client,
    title: 'Shelf',
    summary: 'A folder, for tests.',
    package: name,
    options: { root: { type: 'path', help: 'The folder.', required: true } },
    identity: ['root'],
    capabilities,
    ...(options.commands === true && { commands }),
  }
}

const ownCore = `
class FairleadError extends Error {
  constructor(code, message, details = {}) {
    super(message)
    Object.assign(this, { code, retry: 'never', ...details, [Symbol.for('fairlead.error')]: true })
  }
  with(details) { return new FairleadError(this.code, this.message, { ...details, hint: this.hint }) }
  toJSON() { return { code: this.code, message: this.message, hint: this.hint } }
}
class ApiConnection {
  constructor({ settings, host }, capabilities) { Object.assign(this, { settings, host, capabilities }) }
  async [Symbol.asyncDispose]() {}
}
const definePlugin = plugin => plugin
`

const doCommand = `
Shelf.prototype.doCommand = async function ({ arguments: { FOLDER: folder = '' }, flags: { least } }) {
  const { items } = await this.doList({ prefix: folder, recursive: true })
  if (items.length < least) throw new FairleadError('not-found', 'only ' + items.length + ' on the shelf', { hint: 'Put more on it.' })
  return { data: { folder, files: items.length }, text: items.length + ' on the shelf' }
}
`

const code = `
class Shelf extends ApiConnection {
  constructor(init) { super(init, manifest.capabilities) }
  at(path) { return join(this.settings.root, path) }
  toError(cause, at) {
    if (cause?.code === 'ENOENT') return new FairleadError('not-found', 'the shelf has no ' + at.path, { hint: 'Look at the shelf.' })
    return new FairleadError('unexpected', String(cause))
  }
  async doStat(path) { return { path, kind: 'object', size: statSync(this.at(path)).size } }
  async doRead({ path }) { return { entry: await this.doStat(path), body: new Uint8Array(readFileSync(this.at(path))) } }
  async doWrite({ path, source }) {
    const chunks = []
    for await (const chunk of await source.open()) chunks.push(chunk)
    mkdirSync(dirname(this.at(path)), { recursive: true })
    writeFileSync(this.at(path), Buffer.concat(chunks))
    return this.doStat(path)
  }
  async doList({ prefix, recursive }) {
    const folder = this.at(prefix)
    if (!existsSync(folder)) return { items: [] }
    const items = readdirSync(folder, { recursive, withFileTypes: true }).map(entry => {
      const path = relative(this.settings.root, join(entry.parentPath, entry.name))
      return entry.isFile() ? { path, kind: 'object', size: statSync(this.at(path)).size } : { path, kind: 'prefix' }
    })
    return { items: recursive ? items.filter(({ kind }) => kind === 'object') : items }
  }
  async doRemove(paths) { for (const path of paths) rmSync(this.at(path), { force: true }) }
}

export const shelf = definePlugin({ contract: manifest.contract, manifest, connect: async init => new Shelf(init) })
`

/** The files of a small client over a folder, as its author would publish it: plain JavaScript, nothing to build. */
export function shelfFiles(options: ShelfPackage = {}): Readonly<Record<string, string>> {
  const { name = 'fairlead-client-shelf', version = '1.0.0', core = 'none', prologue = '' } = options
  const manifest = JSON.stringify(shelfManifest(options), undefined, 2)
  const description = {
    name,
    version,
    type: 'module',
    exports: { '.': './lib/index.js', './fairlead.manifest.json': './lib/shelf.manifest.json', './package.json': './package.json' },
    ...(options.node !== undefined && { engines: { node: options.node } }),
    peerDependencies: { ...(core === 'peer' && { '@fairlead/core': '>=0.1.0' }), ...options.peers },
  }
  const imports = core === 'peer' ? "import { ApiConnection, definePlugin, FairleadError } from '@fairlead/core'\n" : ownCore
  const text = options.manifest === undefined ? manifest : options.manifest
  return {
    'package.json': JSON.stringify(description, undefined, 2),
    'lib/index.js': `${prologue}
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
${imports}
const manifest = ${manifest}
${code}${options.commands === true ? doCommand : ''}`,
    ...(text !== null && { 'lib/shelf.manifest.json': text }),
  }
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
