// node push.ts ROOT fsync|none FOLDER: pushes a folder as one asset to a disk connection.
import { disk } from '@fairlead/client-disk'
import { createClient } from '@fairlead/core/host'

const [root = '', durability, folder = ''] = process.argv.slice(2)
await using client = await createClient(disk, { root, durability: durability === 'none' ? 'none' : 'fsync' })
const { files } = await client.push(folder, 'bench/tree:v001')
console.log(JSON.stringify({ count: files }))
