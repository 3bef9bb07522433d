// Sets or gets one secret as a process of its own: `set FOLDER ACCOUNT TEXT` prints where it went, `get FOLDER ACCOUNT [PLACE]` its text.
import { FairleadError } from '../../src/contract/errors.ts'
import { createLocks } from '../../src/host/machine/locks.ts'
import { createSecretStore } from '../../src/host/secrets/secrets-store.ts'

const [verb = '', folder = '', account = '', value = ''] = process.argv.slice(2)
const secrets = createSecretStore({ folder, locks: createLocks(folder), env: process.env })
const place = value === 'keychain' || value === 'file' ? value : undefined
let answer: unknown
try {
  if (verb === 'set') answer = await secrets.set(account, value)
  else if (verb === 'delete') answer = await secrets.delete(account)
  else answer = (await secrets.get(account, place))?.reveal() ?? null
} catch (error) {
  if (!FairleadError.is(error)) throw error
  answer = error
}
process.stdout.write(`${JSON.stringify(answer)}\n`)
