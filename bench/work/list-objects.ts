// node list-objects.ts ROOT: lists all objects of a disk connection.
import { disk } from '@fairlead/client-disk'
import { createClient } from '@fairlead/core/host'

await using client = await createClient(disk, { root: process.argv[2] ?? '' })
let count = 0
let bytes = 0
for await (const { kind, size } of client.list('', { recursive: true })) {
  if (kind !== 'object') continue
  count++
  bytes += size ?? 0
}
console.log(JSON.stringify({ count, bytes }))
