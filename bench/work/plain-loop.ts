// node plain-loop.ts FOLDER: what an update can't do without, and nothing else: walk, parse each name, read 64 bytes of each file.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'

const expression = /^p-([a-z0-9]+)_s-([a-z0-9]+)_d-([a-z0-9-]+)_v(\d{3})_f(\d{4})\.([a-z]+)$/
const header = Buffer.alloc(64)
let count = 0
let pixels = 0

function visit(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) visit(path)
    else if (expression.test(entry.name)) {
      const descriptor = openSync(path, 'r')
      readSync(descriptor, header, 0, 64, 0)
      closeSync(descriptor)
      pixels += header.readUInt32BE(16) * header.readUInt32BE(20)
      count++
    }
  }
}

visit(process.argv[2] ?? '.')
console.log(JSON.stringify({ count, pixels }))
