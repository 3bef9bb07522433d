// node walk-loop.ts FOLDER: what no look at a tree can do without: list every folder and ask the system about every file.
import { lstatSync, readdirSync } from 'node:fs'

let count = 0
let bytes = 0

function visit(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) visit(path)
    else {
      bytes += lstatSync(path).size
      count++
    }
  }
}

visit(process.argv[2] ?? '.')
console.log(JSON.stringify({ count, bytes }))
