import { closeSync, openSync, readSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'
import { isRecord } from '../settings/settings-file.ts'
import type { OAuthClient } from './protocol.ts'

const maxBytes = 65_536
const idNames = ['client_id', 'clientId', 'app_key', 'appKey', 'key', 'id']
const secretNames = ['client_secret', 'clientSecret', 'app_secret', 'appSecret', 'secret']

/**
 * An OAuth client from a file: the JSON that Google's console gives (`installed`), JSON or `NAME=VALUE` lines with client_id and
 * client_secret or app_key and app_secret, or bare lines: the id, then the secret where there is one. `config-invalid` for
 * anything else; no message quotes the file.
 */
export function readClientFile(path: string): OAuthClient {
  const text = readText(path)
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return fromJson(trimmed, path)
  const lines = trimmed
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
  const pairs = new Map(lines.flatMap(pair))
  const id = first(pairs, idNames)
  if (id !== undefined) return made(path, id, first(pairs, secretNames))
  const [bare, secret, ...more] = lines
  if (bare !== undefined && pairs.size === 0 && more.length === 0 && !/\s/.test(bare)) return made(path, bare, secret)
  throw wrong(path, 'it contains no client ID')
}

function readText(path: string): string {
  try {
    const bytes = readAtMost(path, maxBytes + 1)
    if (bytes.byteLength > maxBytes) throw wrong(path, 'it is too long')
    return bytes.toString('utf8').replace(/^\uFEFF/, '')
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause
    throw new FairleadError('config-invalid', `the client file ${path} can't be read`, {
      path,
      hint: "Give the path of the file that you downloaded from the service's console.",
      cause,
    })
  }
}

/** The first bytes of a file. Pipes and devices tell no size, and some never end. */
function readAtMost(path: string, most: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(most)
    let length = 0
    for (let got = 1; got > 0 && length < most; length += got) got = readSync(file, bytes, length, most - length, null)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function fromJson(text: string, path: string): OAuthClient {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message quotes the text, and that is a secret.
    throw wrong(path, 'it is not valid JSON')
  }
  if (!isRecord(value)) throw wrong(path, 'it is not a JSON object')
  if (value.type === 'service_account') {
    throw new FairleadError('config-invalid', `${path} is the key of a service account, which needs no login`, {
      path,
      hint: 'Set the connection to use that key: `fairlead client show CONNECTION` shows the setting.',
    })
  }
  if (isRecord(value.web)) {
    throw new FairleadError('config-invalid', `${path} is an OAuth client for web sites, which can't log in from a program`, {
      path,
      hint: 'Create one of the type "Desktop app" and give its file.',
    })
  }
  const fields = isRecord(value.installed) ? value.installed : value
  const texts = new Map(Object.entries(fields).flatMap(([name, one]) => (typeof one === 'string' ? [[name, one] as const] : [])))
  const id = first(texts, idNames)
  if (id === undefined) throw wrong(path, 'it contains no client ID')
  return made(path, id, first(texts, secretNames))
}

function pair(line: string): ReadonlyArray<readonly [string, string]> {
  const [, name, value] = /^(?:export\s+)?([A-Za-z_]+)\s*[=:]\s*(.*)$/.exec(line) ?? []
  if (name === undefined || value === undefined) return []
  // FAIRLEAD_DRIVE_CLIENT_ID, DROPBOX_APP_KEY: what a file for a shell calls it.
  const known = [...idNames, ...secretNames].filter(one => one.includes('_')).find(one => name.toLowerCase().endsWith(one))
  return [[known ?? name.toLowerCase(), value.replace(/^(["'])(.*)\1$/, '$2')]]
}

function first(values: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  return names.map(name => values.get(name)).find(value => value !== undefined && value !== '')
}

function made(path: string, id: string, secret: string | undefined): OAuthClient {
  // The id goes into addresses, the terminal and the settings; what is none, such as a whole file in UTF-16, may hold the secret.
  if (!/^[\x21-\x7e]{1,512}$/.test(id)) throw wrong(path, 'the client ID is not valid; is the file saved as UTF-8?')
  if (secret !== undefined && !/^[\x20-\x7e]{0,2048}$/.test(secret)) throw wrong(path, 'the client secret is not valid')
  return { id, ...(secret !== undefined && secret !== '' && { secret }) }
}

function wrong(path: string, what: string): FairleadError {
  return new FairleadError('config-invalid', `${path} is not an OAuth client file: ${what}`, {
    path,
    hint: "Give the JSON file that you downloaded from the service's console, or a text file with the lines client_id=… and client_secret=….",
  })
}
