import { join } from 'node:path'
import { readTextFile, writeFileAtomically } from '../machine/atomic-file.ts'
import { fileChangeWaitMs } from '../machine/locks.ts'
import type { Locks } from '../runtime.ts'
import { isRecord, parseVersioned, unreadable } from '../settings/settings-file.ts'

/** Secrets by account, in a file that only this account can read. */
export interface SecretsFile {
  readonly path: string
  get(account: string): string | undefined
  accounts(): readonly string[]
  /** Sets, or with undefined removes; true when that changed something. */
  set(account: string, text: string | undefined): Promise<boolean>
}

const version = 1

/** `secrets.json` of the configuration folder (0600, replaced as a whole, under a lock). */
export function createSecretsFile(folder: string, locks: Locks): SecretsFile {
  const path = join(folder, 'secrets.json')
  const read = (): Map<string, string> => {
    const text = readTextFile(path)
    if (text === undefined) return new Map()
    const { secrets } = parseVersioned(text, path, version)
    if (!isRecord(secrets)) throw unreadable(path, '"secrets" is not an object')
    return new Map(
      Object.entries(secrets).map(([account, value]) => {
        if (typeof value !== 'string') throw unreadable(path, `the secret "${account}" is not text`)
        return [account, value]
      }),
    )
  }
  return {
    path,
    get: account => read().get(account),
    accounts: () => [...read().keys()],
    set: (account, text) =>
      locks.exclusive(
        'secrets',
        async () => {
          const secrets = read()
          if (secrets.get(account) === text) return false
          if (text === undefined) secrets.delete(account)
          else secrets.set(account, text)
          writeFileAtomically(path, `${JSON.stringify({ version, secrets: Object.fromEntries(secrets) }, undefined, 2)}\n`)
          return true
        },
        { waitMs: fileChangeWaitMs },
      ),
  }
}
