// node pull.ts ROOT FOLDER: pulls what push.ts pushed; every file is verified.
import { disk } from '@fairlead/client-disk'
import { createClient } from '@fairlead/core/host'

const [root = '', folder = ''] = process.argv.slice(2)
await using client = await createClient(disk, { root })
const { files } = await client.pull('bench/tree:v001', folder)
console.log(JSON.stringify({ count: files }))
