import { execFileSync, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disk } from '@fairlead/client-disk'
import { createClient } from '@fairlead/core/host'
import { parquetReadObjects } from 'hyparquet'
// @boundaries-ignore The command line is run as its own tests run it.
import { built } from '../packages/cli/test/support/build.ts'
// @boundaries-ignore The same.
import { place, type Place, type Run } from '../packages/cli/test/support/run.ts'
import { csvRecords } from './hostile/csv.ts'
import { hostileNames } from './hostile/names.ts'
import { shownName, unprintable } from './hostile/shown.ts'

/** A name whose folder is hostile and which is a valid asset by itself. */
const assetName = (index: number) => `p-cat${String(index).padStart(3, '0')}_s-note001_d-cat_v001.txt`
const contentOf = (index: number) => Buffer.from(`content ${index}\r\n\0`)
const isText = (name: Buffer) => shownName(name) === name.toString()
const texts = hostileNames.flatMap((name, index) => (isText(name) ? [{ name: name.toString(), index }] : []))

let here: Place
let first: Run

/** Everything below the place, by name; what a name that was run would have made is called `pwned`. */
const madeByNames = () =>
  spawnSync('find', [here.folder, '-name', 'pwned', '-not', '-path', '*/ingress/*'], { encoding: 'buffer' }).stdout.toString()

beforeAll(async () => {
  await built()
  here = place()
  here.write('fairlead.yaml', 'ingress_directory: ingress\nspecifications: { note001: { type: file } }\n')
  const ingress = Buffer.from(join(here.folder, 'ingress'))
  const below = (...parts: Array<string | Buffer>) =>
    Buffer.concat([ingress, ...parts.flatMap(part => [Buffer.from('/'), Buffer.from(part)])])
  mkdirSync(below('folders'), { recursive: true })
  for (const [index, name] of hostileNames.entries()) {
    writeFileSync(below(name), '')
    mkdirSync(below('folders', name))
    writeFileSync(below('folders', name, assetName(index)), contentOf(index))
  }
  mkdirSync(below('others'))
  symlinkSync('/etc', below('others', 'folder out'))
  symlinkSync('/etc/passwd', below('others', assetName(998)))
  symlinkSync('.', below('others', 'loop'))
  symlinkSync('nowhere', below('others', 'dangling'))
  execFileSync('mkfifo', [below('others', 'pipe').toString()])
  const server = createServer().listen(join(here.folder, 's'))
  await once(server, 'listening')
  // A socket stays when its server is gone without a word.
  execFileSync('mv', [join(here.folder, 's'), below('others', 'socket').toString()])
  server.close()
  await once(server, 'close')
  // 22 levels of 200 bytes are more than a path may have.
  const level = `${'deep'.repeat(49)}`
  execFileSync('sh', [
    '-c',
    `cd -- "$1" && for i in $(seq 22); do mkdir ${level} && cd -P ${level} || exit 1; done; : > bottom`,
    'sh',
    ingress.toString(),
  ])
  first = here.run('update', '--all')
}, 300_000)
afterAll(() => {
  // What lies deeper than a path may be long is removed step by step only.
  spawnSync('rm', ['-rf', '--', join(here.folder, 'ingress')])
  here[Symbol.dispose]()
})

/** What must have a problem: every hostile name, and what is no file and no folder. */
const expectedPaths = () =>
  [
    ...hostileNames.map(shownName),
    ...hostileNames.filter(name => !isText(name)).map(name => `folders/${shownName(name)}`),
    ...[assetName(998), 'dangling', 'folder out', 'loop', 'pipe', 'socket'].map(name => `others/${name}`),
  ].toSorted()

const isDeep = (path: string) => path.includes('deepdeep')

describe('a tree with 300 hostile names', () => {
  it('has 300 of them', () => {
    expect(new Set(hostileNames.map(name => name.toString('hex'))).size).toBe(300)
  })

  it('is checked to the end, and has invalid assets', () => {
    expect(first).toMatchObject({ code: 1, err: expect.not.stringMatching(/bug in Fairlead|at .*\.js:/) })
  })

  it('is told with every name once', () => {
    expect(here.json('update', 'update', '--all')).toMatchObject({ files: expect.any(Number), complete: true })
    const rows = JSON.parse(here.run('query', 'select path from problems', '--format', 'json').out) as Array<{ path: string }>
    const paths = rows.map(({ path }) => path)
    expect(paths.filter(path => !isDeep(path)).toSorted()).toEqual(expectedPaths())
    expect(paths.filter(isDeep)).toHaveLength(1)
  })

  it('runs nothing that a name says', () => {
    expect(madeByNames()).toBe('')
  })

  it('gives the same names in every form of a query', async () => {
    const sql = "select filepath_relative as path from data where filepath_relative not like 'deep%' order by 1"
    const json = (JSON.parse(here.run('query', sql, '--format', 'json').out) as Array<{ path: string }>).map(({ path }) => path)
    const lines = here.run('query', sql, '--format', 'jsonl').out.trimEnd().split('\n')
    const [header, ...records] = csvRecords(here.run('query', sql, '--format', 'csv').out)
    const file = join(here.folder, 'names.parquet')
    expect(here.run('query', sql, '-o', file).code).toBe(0)
    const bytes = readFileSync(file)
    const rows = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) })
    expect(json).toHaveLength(600 + 6)
    expect(new Set(json).size).toBe(json.length)
    expect(lines.map(line => (JSON.parse(line) as { path: string }).path)).toEqual(json)
    expect(header).toEqual(['path'])
    expect(records.map(([path]) => path)).toEqual(json)
    // This reader takes U+FEFF at the beginning of a text for a byte order mark.
    expect(rows.map(row => row['path'])).toEqual(json.map(path => path.replace(/^\uFEFF/, '')))
    for (const { name, index } of texts) {
      expect(json).toContain(name)
      expect(json).toContain(`folders/${name}/${assetName(index)}`)
    }
  })

  it.each([
    ['update', '--all'],
    ['query'],
    ['query', '--group-by', 'asset'],
    ['query', 'select * from problems'],
    ['report', '--format', 'markdown'],
    ['name', 'lint'],
    ['name', 'fix', '--all'],
    ['spec', 'infer', 'ingress', '--all'],
    ['spec', 'list'],
    ['config', 'check'],
    ['create', '--dry-run'],
  ])('shows no character that a terminal or a reader takes for something else: %s %s %s', (...words) => {
    const { out, err, code } = here.run(...words)
    expect(code).toBe(words[0] === 'update' ? 1 : 0)
    expect(unprintable(out)).toEqual([])
    expect(unprintable(err)).toEqual([])
    expect(err).not.toMatch(/bug in Fairlead/)
  })

  it.each([
    ['update', '--all'],
    ['query'],
    ['report'],
    ['name', 'lint'],
    ['name', 'fix'],
    ['spec', 'infer', 'ingress'],
    ['create', '--dry-run'],
  ])('is told as one JSON value: %s %s', (...words) => {
    const { out } = here.run(...words, '--json')
    const value: unknown = JSON.parse(out)
    expect(value).not.toHaveProperty('error')
    expect(unprintable(out)).toEqual([])
  })

  it('renames nothing in a dry run', () => {
    here.run('name', 'fix')
    const names = readdirSync(Buffer.from(join(here.folder, 'ingress')), { encoding: 'buffer' }).map(name => name.toString('hex'))
    expect(hostileNames.filter(name => !names.includes(name.toString('hex')))).toEqual([])
  })

  it('makes a page and a Markdown text in which names are text', () => {
    const page = join(here.folder, 'report.html')
    expect(here.run('report', '-o', page).code).toBe(0)
    const html = readFileSync(page, 'utf8')
    expect(html).not.toMatch(/<script>alert|<img src=x|<svg onload|<!--|<b>|<style>@import url\(x/)
    expect(unprintable(html)).toEqual([])
    const { out } = here.run('report', '--format', 'markdown')
    expect(out).not.toMatch(/<script|<img|<svg|^# heading|^---$/m)
    expect(out).not.toMatch(/[^\\]\]\(javascript:/)
  })

  it('takes all valid assets through staging and a store, byte for byte', async () => {
    const store = join(here.folder, 'store')
    const created = here.json('create', 'create') as { staged: unknown }
    expect(created).toBeDefined()
    const report = join(here.folder, 'exported.jsonl')
    expect(here.run('export', '--to', 'disk', '--set', `root=${store}`, '--report', report)).toMatchObject({ code: 0 })
    const lines = readFileSync(report, 'utf8').trimEnd().split('\n')
    const sent = lines.map(line => JSON.parse(line) as { kind: string; path: string }).filter(({ kind }) => kind === 'content')
    expect(sent.map(({ path }) => path).toSorted()).toEqual(
      texts.map(({ name, index }) => `content/folders/${name}/${assetName(index)}`).toSorted(),
    )
    for (const { name, index } of texts) {
      const file = `content/folders/${name}/${assetName(index)}`
      expect(readFileSync(join(here.folder, '.fairlead/staging', file))).toEqual(contentOf(index))
    }
    await using client = await createClient(disk, { root: store }, { name: 'store', env: { FAIRLEAD_HOME: join(here.folder, 'reader') } })
    for (const { index } of texts) {
      const pulled = join(here.folder, 'pulled', String(index))
      mkdirSync(pulled, { recursive: true })
      await client.pull(`cat${String(index).padStart(3, '0')}/note001/cat:v001`, pulled)
      const files = readdirSync(pulled, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
      expect(files.map(({ name }) => name)).toEqual([assetName(index)])
      for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name))).toEqual(contentOf(index))
    }
    expect(madeByNames()).toBe('')
    expect(lstatSync(join(here.folder, 'ingress/others/folder out')).isSymbolicLink()).toBe(true)
  })
})
