// npm run docs [-- --check]: writes docs/reference, and what is made in other pages, from what was built. With --check it writes
// nothing, names what is stale and the links that lead nowhere, and ends with 1 when there are any.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filledPages } from './lib/filled-pages.ts'
import { deadLinks } from './lib/links.ts'
import { manifests } from './lib/manifests.ts'
import { referenceFiles } from './lib/reference-docs.ts'
import { capture, root, step } from './lib/run.ts'
import { terminalPicture } from './lib/terminal-picture.ts'

const check = process.argv.includes('--check')
if (
  !(await step('build', () => capture('turbo', ['run', 'build', '--filter=fairlead', '--filter=./plugins/*', '--output-logs=errors-only'])))
)
  process.exit(1)

const folder = 'docs/reference'
const clients = manifests(root)
const made = [...referenceFiles(root, clients)].map(([path, text]) => /** @type {const} */ ([`${folder}/${path}`, text]))
const wanted = new Map([...made, ...filledPages(root, clients), ['docs/images/terminal.svg', terminalPicture(root)]])
const there = existsSync(join(root, folder))
  ? readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  : []
const paths = there.map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
const stale = [...wanted]
  .filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text)
  .map(([path]) => path)
const surplus = paths.filter(path => !wanted.has(path))

if (check) {
  for (const path of stale) console.log(`stale: ${path}`)
  for (const path of surplus) console.log(`of nothing: ${path}`)
  if (stale.length + surplus.length > 0) {
    console.log('Write them anew with: npm run docs')
    process.exitCode = 1
  }
  for (const link of deadLinks(root)) {
    console.log(`dead link: ${link}`)
    process.exitCode = 1
  }
} else {
  for (const path of surplus) rmSync(join(root, path))
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), wanted.get(path) ?? '')
  }
  console.log(`${wanted.size} pages and schemas, ${stale.length} written, ${surplus.length} removed`)
}
