import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let root = ''
const script = `console.log(JSON.stringify({ node: process.execPath, cwd: process.cwd(), args: process.argv.slice(2) })); process.exit(process.argv.length > 4 ? 3 : 0)`

/** A workspace that was set up and built: a command line that tells how it was called, and this Node. */
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'fairlead launcher ')))
  copyFileSync(join(import.meta.dirname, '..', 'fairlead'), join(root, 'fairlead'))
  for (const folder of ['packages/cli/bin', 'packages/cli/dist', '.tools/node_modules/node-here/bin', 'elsewhere'])
    mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, 'packages/cli/package.json'), '{"type": "module"}')
  writeFileSync(join(root, 'packages/cli/bin/fairlead.js'), script)
  symlinkSync(process.execPath, join(root, '.tools/node_modules/node-here/bin/node'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('runs the command line in the folder it was called from, with its arguments as they were', () => {
  const text = execFileSync(join(root, 'fairlead'), ['a b', '*'], { cwd: join(root, 'elsewhere'), encoding: 'utf8' })
  expect(JSON.parse(text)).toEqual({ node: process.execPath, cwd: join(root, 'elsewhere'), args: ['a b', '*'] })
})

test('is found through a chain of symlinks, relative and absolute', () => {
  symlinkSync('../fairlead', join(root, 'elsewhere/first'))
  symlinkSync(join(root, 'elsewhere/first'), join(root, 'second'))
  const text = execFileSync(join(root, 'second'), ['x'], { cwd: tmpdir(), encoding: 'utf8' })
  expect(JSON.parse(text)).toMatchObject({ args: ['x'] })
})

test('ends with the exit code of the command line', () => {
  expect(spawnSync(join(root, 'fairlead'), ['1', '2', '3']).status).toBe(3)
})

test('takes the Node on the path when the workspace has none of its own', () => {
  rmSync(join(root, '.tools'), { recursive: true })
  const text = execFileSync(join(root, 'fairlead'), [], {
    encoding: 'utf8',
    env: { PATH: `${join(process.execPath, '..')}:/usr/bin:/bin` },
  })
  expect(JSON.parse(text)).toMatchObject({ node: process.execPath })
})

test.each(['packages/cli/dist', 'packages/cli/bin'])('without %s it names the command that builds it and ends with 2', folder => {
  rmSync(join(root, folder), { recursive: true })
  const done = spawnSync(join(root, 'fairlead'), ['--version'], { encoding: 'utf8' })
  expect(done.status).toBe(2)
  expect(done.stderr).toContain('npm run build --prefix')
})
