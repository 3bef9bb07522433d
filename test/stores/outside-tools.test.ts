import { mkdirSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { randomBytes } from './support/bytes.ts'
import { commandLine, connection, type CommandLine } from './support/command-line.ts'
import { leaveOut } from './support/skip.ts'
import type { Store } from './support/store.ts'
import { stores } from './support/stores.ts'
import { hashesBelow, hashesOf, runTool, toolMissing, tools, writeTree } from './support/tools.ts'

/** Names that programs of all kinds have quoted wrongly before; the bodies say whose they are. */
const names = [
  'plain.txt',
  'two words.txt',
  'ünï/cødé €.txt',
  'combining é.txt',
  'emoji 😀.bin',
  'a+b.txt',
  '100%.txt',
  '%41.txt',
  'a&b=c;d.txt',
  'what?#fragment.txt',
  `quotes'".txt`,
  'brackets [1] {2} (3).txt',
  'tilde~ ^caret.txt',
  'deep/er/still/here.bin',
  'colon: at@.txt',
  '$HOME `id`.txt',
  '-dash',
  'star*.txt',
]
const files: Readonly<Record<string, Uint8Array>> = {
  ...Object.fromEntries(names.map(name => [name, Buffer.from(`the body of ${name}`)])),
  'empty.bin': Buffer.alloc(0),
  // More than one part of ours, and of theirs.
  'big.bin': randomBytes(20 * 1024 ** 2 + 17),
}

/** Long ago, and not on a full second. */
const modified = new Date('2001-02-03T04:05:06.789Z')

describe.each(stores)('$name', kind => {
  const missing = kind.missing()
  if (missing !== undefined) return leaveOut(missing)
  let store: Store
  let cli: CommandLine
  let source: string
  beforeAll(async () => {
    store = await kind.start()
    cli = await commandLine(store.login)
    source = join(cli.folder, 'source')
    writeTree(source, files)
    for (const path of Object.keys(files)) utimesSync(join(source, path), modified, modified)
    await cli.done('copy', 'source', `${connection}:/ours`)
  })
  afterAll(async () => {
    cli[Symbol.dispose]()
    await store[Symbol.asyncDispose]()
  })

  for (const tool of tools.filter(({ stores: known }) => known.includes(kind.name))) {
    const absent = toolMissing(tool)
    if (absent !== undefined) {
      leaveOut(absent)
      continue
    }
    const folderFor = (name: string): string => {
      const folder = join(cli.folder, `${tool.program} ${name}`)
      mkdirSync(folder)
      return folder
    }

    test(`gives ${tool.program} every byte of what we wrote, under its name`, async () => {
      const folder = folderFor('down')
      await runTool(tool.program, tool.down(store, 'ours', folder), cli.folder)
      expect(hashesBelow(folder)).toEqual(hashesOf(files))
    })

    test(`gives us every byte of what ${tool.program} wrote, under its name`, async () => {
      await runTool(tool.program, tool.up(store, source, `from ${tool.program}`), cli.folder)
      await cli.done('copy', `${connection}:/from ${tool.program}`, `./${tool.program} back`)
      expect(hashesBelow(join(cli.folder, `${tool.program} back`))).toEqual(hashesOf(files))
    })

    if (tool.keepsTimes) {
      test(`and ${tool.program} agree on when a file was modified`, async () => {
        const [down, back] = [folderFor('times'), join(cli.folder, `${tool.program} times back`)]
        await runTool(tool.program, tool.down(store, 'ours', down), cli.folder)
        await runTool(tool.program, tool.up(store, source, `times of ${tool.program}`), cli.folder)
        await cli.done('copy', `${connection}:/times of ${tool.program}`, back)
        const times = [down, back].flatMap(folder => ['plain.txt', 'big.bin'].map(name => statSync(join(folder, name)).mtime.toISOString()))
        expect(times).toEqual(Array.from({ length: 4 }, () => modified.toISOString()))
      })
    }
  }
})
