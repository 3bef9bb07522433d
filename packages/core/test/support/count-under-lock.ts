// Adds one to the number in a file, so many times, reading and writing in two steps under a lock.
import { readFileSync, writeFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { createLocks } from '../../src/host/machine/locks.ts'

const [folder = '', file = '', times = '0'] = process.argv.slice(2)
const locks = createLocks(folder)
for (let i = 0; i < Number(times); i++) {
  await locks.exclusive('count', async () => {
    const count = Number(readFileSync(file, 'utf8'))
    await setImmediate()
    writeFileSync(file, String(count + 1))
  })
}
