// npm run docs [-- --check]: writes docs/reference from what was built. With --check it writes nothing, names the files that
// are stale, and ends with 1 when there are any.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { referenceFiles } from './lib/reference-docs.ts'
import { capture, root, step } from './lib/run.ts'

const check = process.argv.includes('--check')
if (
  !(await step('build', () => capture('turbo', ['run', 'build', '--filter=fairlead', '--filter=./plugins/*', '--output-logs=errors-only'])))
)
  process.exit(1)

const folder = join(root, 'docs', 'reference')
const wanted = referenceFiles(root)
const there = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()) : []
const paths = there.map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
const stale = [...wanted]
  .filter(([path, text]) => !paths.includes(path) || readFileSync(join(folder, path), 'utf8') !== text)
  .map(([path]) => path)
const surplus = paths.filter(path => !wanted.has(path))

if (check) {
  for (const path of stale) console.log(`stale: docs/reference/${path}`)
  for (const path of surplus) console.log(`of nothing: docs/reference/${path}`)
  if (stale.length + surplus.length > 0) {
    console.log('Write them anew with: npm run docs')
    process.exitCode = 1
  }
} else {
  for (const path of surplus) rmSync(join(folder, path))
  for (const path of stale) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), wanted.get(path) ?? '')
  }
  console.log(`${wanted.size} files in docs/reference, ${stale.length} written, ${surplus.length} removed`)
}
