// Tries to take a lock for a moment and prints how that went.
import { FairleadError } from '../../src/contract/errors.ts'
import { createLocks } from '../../src/host/machine/locks.ts'

const [folder = '', name = ''] = process.argv.slice(2)
let outcome = 'taken'
try {
  await createLocks(folder).exclusive(name, async () => undefined, { waitMs: 20 })
} catch (error) {
  if (!FairleadError.is(error, 'unavailable')) throw error
  outcome = 'held'
}
process.stdout.write(`${outcome}\n`)
