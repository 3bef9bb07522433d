// npm run docs:site [-- dev]: builds the site of docs/ into docs/.vitepress/dist; a link to a page that isn't there ends it with 1.
// With dev it serves the pages here and follows changes.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './lib/run.ts'

const docs = join(root, 'docs')
const [what = 'build'] = process.argv.slice(2)
if (what !== 'build' && what !== 'dev') {
  console.error(`${what}? There are: build, dev`)
  process.exit(2)
}
const vitepress = join(dirname(createRequire(join(docs, 'package.json')).resolve('vitepress/package.json')), 'bin', 'vitepress.js')
const { status } = spawnSync(process.execPath, [vitepress, what, docs], { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
