import { join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { readTextFile, writeFileAtomically } from '../machine/atomic-file.ts'
import { fileChangeWaitMs } from '../machine/locks.ts'
import type { Locks } from '../runtime.ts'

/** Where a stored secret lies; its value is never in the settings. */
export type SecretPlace = 'keychain' | 'file'

/** A stored setting: its text, or where its secret lies. */
export type StoredSetting = string | { readonly secret: SecretPlace }

/** A stored connection. */
export interface StoredConnection {
  readonly client: string
  readonly settings: Readonly<Record<string, StoredSetting>>
}

/** What `settings.json` holds. */
export interface StoredSettings {
  /** The connection of `client use`. */
  readonly active?: string
  readonly connections: Readonly<Record<string, StoredConnection>>
}

/** Named connections on disk. */
export interface SettingsFile {
  readonly path: string
  /** What is stored now; nothing stored is empty settings. `config-invalid` when it can't be understood. */
  read(): StoredSettings
  /** Reads, changes and writes while no other process does. What `change` returns undefined for stays untouched. */
  change(change: (settings: StoredSettings) => StoredSettings | undefined): Promise<void>
}

const version = 1

/** The settings in `settings.json` of the configuration folder (0600, replaced as a whole, under a lock). */
export function createSettingsFile(folder: string, locks: Locks): SettingsFile {
  const path = join(folder, 'settings.json')
  const read = (): StoredSettings => {
    const text = readTextFile(path)
    return text === undefined ? { connections: {} } : parseStored(text, path)
  }
  return {
    path,
    read,
    change: change =>
      locks.exclusive(
        'settings',
        async () => {
          const after = change(read())
          if (after === undefined) return
          writeFileAtomically(path, `${JSON.stringify({ version, ...after }, undefined, 2)}\n`)
        },
        { waitMs: fileChangeWaitMs },
      ),
  }
}

/** What is stored of one connection; no name is found on the prototype. */
export function storedConnection(settings: StoredSettings, name: string): StoredConnection | undefined {
  return Object.hasOwn(settings.connections, name) ? settings.connections[name] : undefined
}

/** Parses a JSON object that carries a schema version; newer than `known` is refused. Messages never quote the text. */
export function parseVersioned(text: string, path: string, known: number): Readonly<Record<string, unknown>> {
  const value = parseJson(text)
  if (!isRecord(value)) throw unreadable(path, 'it is not a JSON object')
  if (typeof value.version !== 'number') throw unreadable(path, 'it has no "version"')
  if (value.version > known) {
    throw new FairleadError(
      'config-invalid',
      `${path} was written by a newer version of Fairlead (format ${value.version}; this version supports ${known})`,
      {
        path,
        hint: 'Update Fairlead, or set FAIRLEAD_HOME to another folder.',
      },
    )
  }
  return value
}

/** Whether a value is an object with string keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The `config-invalid` of a stored file that can't be understood. */
export function unreadable(path: string, what: string): FairleadError {
  return new FairleadError('config-invalid', `${path} can't be understood: ${what}`, {
    path,
    hint: 'Correct the file, or move it away and set up again.',
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // JSON.parse quotes the text around the place, and that text may be a secret.
    return undefined
  }
}

function parseStored(text: string, path: string): StoredSettings {
  const { active, connections } = parseVersioned(text, path, version)
  if (active !== undefined && typeof active !== 'string') throw unreadable(path, '"active" is not text')
  if (!isRecord(connections)) throw unreadable(path, '"connections" is not an object')
  const parsed = Object.entries(connections).map(([name, connection]): [string, StoredConnection] => {
    if (!isRecord(connection) || typeof connection.client !== 'string' || !isRecord(connection.settings)) {
      throw unreadable(path, `connection "${name}" is not {"client": …, "settings": {…}}`)
    }
    const settings = Object.entries(connection.settings).map(([key, value]): [string, StoredSetting] => [
      key,
      parseStoredSetting(value, `${name}.${key}`, path),
    ])
    return [name, { client: connection.client, settings: Object.fromEntries(settings) }]
  })
  return { ...(active !== undefined && { active }), connections: Object.fromEntries(parsed) }
}

function parseStoredSetting(value: unknown, name: string, path: string): StoredSetting {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (isRecord(value) && (value.secret === 'keychain' || value.secret === 'file')) return { secret: value.secret }
  throw unreadable(path, `setting "${name}" is neither a value nor the place of a secret`)
}
