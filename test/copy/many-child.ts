// Copies as many small objects as it is told between two services that keep nothing, and tells the most memory it had.
import { clientPlace, copyPairs, createClient } from '@fairlead/core/host'
import { serviceClient } from './hostile-client.ts'

const count = Number(process.argv[2])
const perPage = 1000

function* pages(): Generator<readonly string[], void, undefined> {
  for (let page = 0; page < count / perPage; page++) {
    yield Array.from({ length: perPage }, (_, index) => `folder ${page}/a name of a common length ${index}.bin`)
  }
}

await using from = await createClient(serviceClient({ pages, body: new Uint8Array(1000) }, 'from'), {})
await using to = await createClient(serviceClient({ pages: () => [], body: new Uint8Array() }, 'to'), {})
const { sent, failed } = await copyPairs([{ from: clientPlace(from, ''), to: clientPlace(to, 'x') }])
process.stdout.write(JSON.stringify({ sent, failed, peakBytes: process.resourceUsage().maxRSS * 1024 }))
