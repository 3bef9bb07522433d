import { createLanes } from '../../src/host/objects/lanes.ts'
import { fileSource } from '../../src/host/objects/local-file.ts'
import { full } from './folder-store.ts'
import { objectsIn } from './harness.ts'

/** Uploads a file in parts, one after the other, and says so after each; the parent kills it in between. */
const [folder = '', file = '', destination = '', order = 'any', pauseAfter = '1000'] = process.argv.slice(2)
let parts = 0
const capabilities = {
  ...full,
  write: { ...full.write, resumable: { ...full.write.resumable, order: order === 'any' ? ('any' as const) : ('sequential' as const) } },
}
const { objects } = objectsIn(folder, capabilities, {
  async before(operation) {
    if (operation !== 'part-done') return
    parts++
    process.stdout.write(`part ${parts}\n`)
    if (parts >= Number(pauseAfter)) await new Promise<never>(() => setInterval(() => undefined, 60_000))
  },
})
const lanes = createLanes({ fixed: 1 })
lanes.take()
await objects.write(destination, fileSource(file), { lanes })
process.stdout.write('done\n')
