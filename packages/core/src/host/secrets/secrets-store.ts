import { join } from 'node:path'
import { FairleadError } from '../../contract/errors.ts'
import { secret, type Secret } from '../../contract/options.ts'
import { environmentValue, type Environment } from '../application/environment.ts'
import { homeFolder } from '../machine/folders.ts'
import { createKeychain, type Keychain } from './keychain.ts'
import type { Locks } from '../runtime.ts'
import { createSecretsFile } from './secrets-file.ts'
import type { SecretPlace } from '../settings/settings-file.ts'

/**
 * `FAIRLEAD_SECRETS`. `auto` (unset): the keychain where one answers, else the file. `keychain`: never the file, except
 * for what is too long for a keychain. `file`: never the keychain. `environment`: nothing is stored and nothing stored is read.
 */
export type SecretsMode = 'auto' | 'keychain' | 'file' | 'environment'

/** Where a secret went, and why not to the keychain. */
export interface SavedSecret {
  readonly place: SecretPlace
  /** The file, when it went there. */
  readonly path?: string
  readonly reason?: string
}

/** Secrets that outlive the process, by account (`<connection>/setting/<name>`, `<connection>/token/<key>`). */
export interface SecretStore {
  readonly mode: SecretsMode
  /** Throws `config-invalid` where the mode allows no place. */
  set(account: string, text: string): Promise<SavedSecret>
  /** From the recorded place; without one from wherever it lies. `config-invalid` when it lies in a keychain that does not answer. */
  get(account: string, place?: SecretPlace): Promise<Secret | undefined>
  /** Removes it wherever it lies; the answer tells when a keychain did not answer and may still hold it. */
  delete(account: string, place?: SecretPlace): Promise<{ readonly removed: boolean; readonly left?: 'keychain' }>
  /** Removes every account that begins with `prefix`. */
  deleteAll(prefix: string): Promise<void>
}

/** Windows holds 1,280 characters a secret; what is longer goes to the file everywhere, so that it is found everywhere. */
const longest = 1200

/** The secrets of the configuration folder `folder`. */
export function createSecretStore(init: {
  readonly folder: string
  readonly locks: Locks
  readonly env: Environment
  readonly keychain?: Keychain
}): SecretStore {
  const { folder, locks, env } = init
  const mode = secretsMode(env)
  const file = createSecretsFile(folder, locks)
  const keychain = init.keychain ?? createKeychain({ env })
  const service = keychainService(folder, env)
  const usesKeychain = mode === 'auto' || mode === 'keychain'
  let broken: FairleadError | undefined

  /** The keychain's answer, or why there is none; one that failed is not asked again by this process. */
  const ask = async <T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly failed: FairleadError }> => {
    if (broken !== undefined) return { failed: broken }
    try {
      return { value: await work() }
    } catch (error) {
      if (!FairleadError.is(error, 'unavailable')) throw error
      broken = error
      return { failed: error }
    }
  }

  const toFile = async (account: string, text: string, reason: string): Promise<SavedSecret> => {
    await file.set(account, text)
    return { place: 'file', path: file.path, reason }
  }

  return {
    mode,
    async set(account, text) {
      if (mode === 'environment') throw noPlace()
      if (mode === 'file') return toFile(account, text, 'FAIRLEAD_SECRETS=file says so')
      if (text.length > longest) {
        const saved = await toFile(account, text, `it is longer than the ${longest} characters that every keychain accepts`)
        await ask(() => keychain.deletePassword(service, account))
        return saved
      }
      const answer = await ask(() => keychain.setPassword(service, account, text))
      if ('failed' in answer) {
        if (mode === 'keychain') throw notAnswering(`the secret ${account} was not stored`, answer.failed)
        return toFile(account, text, answer.failed.message)
      }
      // A copy in the file would be the older one, and the file is read first.
      await file.set(account, undefined)
      return { place: 'keychain' }
    },
    async get(account, place) {
      if (mode === 'environment') return undefined
      if (place !== 'keychain') {
        const text = file.get(account)
        if (text !== undefined) return secret(text)
      }
      if (place === 'file') return undefined
      if (!usesKeychain) {
        if (place === 'keychain') throw notRead(account)
        return undefined
      }
      const answer = await ask(() => keychain.getPassword(service, account))
      if ('value' in answer) return answer.value === null ? undefined : secret(answer.value)
      if (place === 'keychain') throw notAnswering(`the secret ${account} is in the keychain`, answer.failed)
      return undefined
    },
    async delete(account, place) {
      const fromFile = file.get(account) !== undefined && (await file.set(account, undefined))
      if (!usesKeychain) return { removed: fromFile, ...(place === 'keychain' && { left: 'keychain' as const }) }
      const answer = await ask(() => keychain.deletePassword(service, account))
      return 'value' in answer ? { removed: fromFile || answer.value } : { removed: fromFile, left: 'keychain' }
    },
    async deleteAll(prefix) {
      for (const account of file.accounts()) if (account.startsWith(prefix)) await file.set(account, undefined)
      if (!usesKeychain) return
      const found = await ask(() => keychain.findCredentials(service))
      for (const { account } of 'value' in found ? found.value : []) {
        if (account.startsWith(prefix)) await ask(() => keychain.deletePassword(service, account))
      }
    },
  }
}

/** Reads `FAIRLEAD_SECRETS`; `config-invalid` for a word it doesn't know. */
function secretsMode(env: Environment): SecretsMode {
  const word = environmentValue(env, 'FAIRLEAD_SECRETS') ?? 'auto'
  if (word === 'auto' || word === 'keychain' || word === 'file' || word === 'environment') return word
  throw new FairleadError('config-invalid', `FAIRLEAD_SECRETS is ${JSON.stringify(word)}`, {
    hint: 'Set it to keychain, file or environment, or unset it.',
  })
}

/** What keychain entries are filed under; another configuration folder has entries of its own. */
function keychainService(folder: string, env: Environment): string {
  return folder === join(homeFolder(env), '.config', 'fairlead') ? 'fairlead' : `fairlead ${folder}`
}

function noPlace(): FairleadError {
  return new FairleadError('config-invalid', 'no secret is stored, because FAIRLEAD_SECRETS=environment', {
    hint: 'Give the secret in the environment, or set FAIRLEAD_SECRETS to keychain or file.',
  })
}

function notRead(account: string): FairleadError {
  return new FairleadError('config-invalid', `the secret ${account} is in the keychain, which FAIRLEAD_SECRETS=file does not use`, {
    hint: 'Unset FAIRLEAD_SECRETS, or store the secret again.',
  })
}

function notAnswering(what: string, cause: FairleadError): FairleadError {
  return new FairleadError('config-invalid', `${what}, but ${cause.message}`, {
    hint: 'Run in the session that unlocked the keychain, set the secret in the environment, or store it again with FAIRLEAD_SECRETS=file.',
    cause,
  })
}
