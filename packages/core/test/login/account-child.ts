import { createFairlead } from '../../src/host/index.ts'
import { filesPlugin } from './support/service.ts'

/* A process of its own: waits for a line, so that several begin at once, and prints whose account `files` is. */

await using fairlead = createFairlead({ clients: [filesPlugin()], builtIns: {} })
await using client = await fairlead.connect('files')
process.stdout.write('ready\n')
await new Promise(resolve => process.stdin.once('data', resolve))
process.stdin.destroy()
process.stdout.write(`${await client.account()}\n`)
