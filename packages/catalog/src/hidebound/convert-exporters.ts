import { metadataTypes, type MetadataType } from '../config/choices.ts'
import type { ExporterEntry } from '../config/schema.ts'
import type { Notes } from './notes.ts'
import { isRecord } from './read-hidebound.ts'

/** The exporters, and the commands that make their connections. */
export interface ConvertedExporters {
  readonly exporters: readonly ExporterEntry[]
  /** Words of a command each. */
  readonly commands: ReadonlyArray<readonly string[]>
}

type Exporter = Readonly<Record<string, unknown>>

interface Connection {
  readonly client: string
  readonly settings: Readonly<Record<string, string>>
  /** Its key, and the setting that takes its place. */
  readonly secrets: ReadonlyArray<readonly [key: string, setting: string]>
  readonly prefix?: string
}

const knownKeys: Readonly<Record<string, readonly string[]>> = {
  disk: ['target_directory'],
  s3: ['access_key', 'secret_key', 'bucket', 'region'],
  girder: ['api_key', 'root_id', 'root_type', 'host', 'port'],
}

/** Amazon's rules for the name of a bucket; `undefined` when it is one. */
function bucketProblem(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    return 'a bucket has 3 to 63 lower-case letters, digits, "." and "-", a letter or digit at both ends'
  }
  if (name.includes('..')) return 'a bucket has no two dots in a row'
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) ? 'a bucket must not look like an IP address' : undefined
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

function disk(exporter: Exporter, at: string, notes: Notes): Connection | undefined {
  const root = text(exporter['target_directory'])
  if (root.startsWith('/')) return { client: 'disk', settings: { root }, secrets: [] }
  notes.leftOut(`${at}.target_directory`, 'It must be an absolute path.')
  return undefined
}

function s3(exporter: Exporter, at: string, notes: Notes): Connection | undefined {
  const [bucket, region] = [text(exporter['bucket']), text(exporter['region'])]
  const wrong = bucketProblem(bucket)
  if (wrong !== undefined) notes.leftOut(`${at}.bucket`, `It is not a bucket name: ${wrong}.`)
  const isRegion = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(region)
  if (!isRegion) notes.leftOut(`${at}.region`, 'It is not a region name, such as eu-central-1.')
  if (wrong !== undefined || !isRegion) return undefined
  notes.changed(
    at,
    'Keys stay below "hidebound/". The bucket must exist: Hidebound created it if it was missing; to do the same, use --set create-bucket=true.',
  )
  return {
    client: 's3',
    settings: { bucket, region },
    secrets: [
      ['access_key', 'access-key-id'],
      ['secret_key', 'secret-access-key'],
    ],
    prefix: 'hidebound',
  }
}

function girder(exporter: Exporter, at: string, notes: Notes): Connection | undefined {
  const { host = 'http://0.0.0.0', port = 8180, root_type: type = 'collection' } = exporter
  const url = URL.parse(text(host))
  if (url === null || !/^https?:$/.test(url.protocol)) notes.leftOut(`${at}.host`, 'It is not a URL that starts with http:// or https://.')
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535
  if (!isPort) notes.leftOut(`${at}.port`, 'A port is a whole number from 1 to 65535.')
  const isType = type === 'collection' || type === 'folder'
  if (!isType) notes.leftOut(`${at}.root_type`, 'It is collection or folder.')
  if (url === null || !isPort || !isType) return undefined
  notes.changed(
    at,
    'Folders, items and their metadata stay where they are. In addition, the root gets the folders "assets" and "metadata", with a manifest and a tag for each asset.',
  )
  return {
    client: 'girder',
    settings: { url: `${url.protocol}//${url.hostname}:${port}`, root: text(exporter['root_id']), 'root-type': String(type) },
    secrets: [['api_key', 'api-key']],
  }
}

function metadata(value: unknown, fallback: readonly MetadataType[], at: string, notes: Notes): readonly MetadataType[] {
  if (value === undefined) return fallback
  if (!Array.isArray(value)) {
    notes.leftOut(`${at}.metadata_types`, 'It is not a list.')
    return fallback
  }
  const words: readonly unknown[] = value
  const known = words.flatMap(word => metadataTypes.filter(type => type === word))
  if (known.length < words.length)
    notes.leftOut(`${at}.metadata_types`, `Unknown kinds are left out; the kinds are ${metadataTypes.join(', ')}.`)
  return known
}

/** Exporters become connections, which belong to the user of the machine and not to the project. */
export function convertExporters(value: unknown, notes: Notes): ConvertedExporters {
  const exporters: ExporterEntry[] = []
  const commands: Array<readonly string[]> = []
  if (value !== undefined && !Array.isArray(value)) notes.leftOut('exporters', 'It is not a list.')
  const entries: readonly unknown[] = Array.isArray(value) ? value : []
  for (const [index, exporter] of entries.entries()) {
    const at = `exporters[${index}]`
    const kind = isRecord(exporter) ? text(exporter['name']) : ''
    const known = Object.hasOwn(knownKeys, kind) ? knownKeys[kind] : undefined
    if (!isRecord(exporter) || known === undefined) {
      notes.leftOut(at, `Its name is not one of ${Object.keys(knownKeys).join(', ')}.`)
      continue
    }
    for (const key of Object.keys(exporter)) {
      if (key === 'dask') notes.leftOut(`${at}.dask`, 'It had no effect in Hidebound. "workers" sets how many files are sent at once.')
      else if (![...known, 'name', 'metadata_types'].includes(key)) notes.leftOut(`${at}.${key}`, 'Hidebound knew no such key.')
    }
    const connection = (kind === 'disk' ? disk : kind === 's3' ? s3 : girder)(exporter, at, notes)
    if (connection === undefined) continue
    const taken = exporters.map(one => one.connection)
    let name = `hidebound-${kind}`
    for (let number = 2; taken.includes(name); number++) name = `hidebound-${kind}-${number}`
    const types = metadata(exporter['metadata_types'], kind === 'girder' ? ['asset', 'file'] : metadataTypes, at, notes)
    exporters.push({ connection: name, ...(connection.prefix !== undefined && { prefix: connection.prefix }), metadata_types: types })
    const settings = Object.entries(connection.settings).flatMap(([setting, one]) => (one === '' ? [] : ['--set', `${setting}=${one}`]))
    commands.push(['fairlead', 'client', 'add', name, connection.client, ...settings])
    notes.toDo(at, `It is the connection ${name} now. Make it with the command below, on every machine that exports.`)
    if (connection.secrets.length > 0) {
      notes.toDo(
        at,
        `Not copied: ${connection.secrets.map(([key]) => key).join(' and ')}. You are prompted for it by ${connection.secrets.map(([, setting]) => `\`fairlead client set ${name} ${setting}\``).join(' and ')}.`,
      )
    }
  }
  return { exporters, commands }
}
