// Takes a lock, says so, and holds it until it is killed or its standard input ends.
import { once } from 'node:events'
import { createLocks } from '../../src/host/machine/locks.ts'

const [folder = '', name = ''] = process.argv.slice(2)
await createLocks(folder).exclusive(name, async () => {
  process.stdout.write('held\n')
  process.stdin.resume()
  await once(process.stdin, 'end')
})
