import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { outputPlace, writeOutputFile } from '../src/host/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-output-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

it('replaces what a link points to, and keeps the link', () => {
  const [file, link] = [join(folder, 'file'), join(folder, 'link')]
  writeFileSync(file, 'old')
  symlinkSync(file, link)
  writeOutputFile(link, 'new')
  expect(readFileSync(file, 'utf8')).toBe('new')
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
})

it.skipIf(process.platform === 'win32')('keeps the mode of what it replaces', () => {
  const file = join(folder, 'file')
  writeFileSync(file, 'old', { mode: 0o600 })
  writeOutputFile(file, 'new')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

it('never puts a file in the place of a pipe or a device', () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(outputPlace(pipe)).toEqual({ kind: 'stream', target: pipe })
  writeOutputFile('/dev/null', 'text')
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true)
})

it('keeps a file that may not be replaced, and leaves nothing beside it', () => {
  const file = join(folder, 'file')
  writeOutputFile(file, 'old', 'new')
  expect(() => writeOutputFile(file, 'new', 'new')).toThrow(/EEXIST/)
  expect(readFileSync(file, 'utf8')).toBe('old')
  expect(readdirSync(folder)).toEqual(['file'])
})

it('refuses a folder', () => {
  expect(() => writeOutputFile(folder, 'text')).toThrow(/EISDIR/)
})

it('tells a device that takes nothing', () => {
  expect(() => writeOutputFile('/dev/full', 'text')).toThrow(/ENOSPC/)
})
