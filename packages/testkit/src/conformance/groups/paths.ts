import { contentFolder, manifestPath, tagPath, type PathRules } from '@fairlead/core'
import fc from 'fast-check'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { when, type Case, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

const names: Readonly<Record<string, string>> = {
  spaces: 'two  words and one more ',
  'a leading space': ' first',
  unicode: 'größe-漢字-🙂',
  'a percent sign': '100%',
  'what looks quoted': '%41%2F%25-%e9',
  'a plus sign': 'a+b',
  'characters of addresses': 'a?b#c&d=e;f@g',
  quotes: `it's "so"`,
  brackets: '[a](b){c}<d>',
  'a backslash': 'a\\b',
  'a colon and a star': 'a:b*c|d',
  'a leading dot': '.hidden',
  'a trailing dot': 'file.',
  'a name that Windows keeps': 'con.txt',
  'a tilde and a dollar': '~a$b`c^d!',
}

/** Names as people give them, and paths that would leave their folder. */
export const pathsGroup: Group = {
  name: 'paths',
  cases: ({ capabilities: { paths, read, write, list, remove } }) => [
    {
      name: 'refuses paths that would leave their folder, without a request',
      run: async ({ client, requests }) => {
        const bad = ['..', '../x', 'a/../../x', 'a/./b', 'a//b', 'a/..', '/../etc/passwd', 'nul\0l', '\ud800']
        const count = await requests(async () => {
          for (const path of bad) {
            if (read !== false) await expectError(client.readBytes(path), 'path-invalid')
            if (list !== false) await expectError(collect(client.list(path)), 'path-invalid')
            if (remove !== false) await expectError(client.delete(path), 'path-invalid')
          }
        })
        expect(count).toBe(0)
      },
    },
    {
      name: 'gives no two references one path, and none a path inside another',
      run: async () => {
        referencesStayApart()
      },
    },
    ...when(read !== false, [
      ...Object.entries(names).map(([what, name]) => roundTrip(`keeps a name with ${what}`, name, write === false)),
      roundTrip('keeps a name as long as a part may be', 'n'.repeat(Math.min(paths.segmentBytes, paths.pathBytes - 60)), write === false),
      {
        name: 'refuses a name that is too long, without a request',
        run: async ({ client, requests }) => {
          expect(await requests(async () => await expectError(client.stat('n'.repeat(paths.segmentBytes + 1)), 'path-invalid'))).toBe(0)
          const deep = Array.from({ length: paths.pathBytes / 2 + 1 }, () => 'd').join('/')
          expect(await requests(async () => await expectError(client.stat(deep), 'path-invalid'))).toBe(0)
        },
      },
    ]),
    ...when(read !== false && write !== false, [anyName(paths), ...tellingApart(paths)]),
    ...when(read !== false && write !== false && list !== false && (paths.case === 'preserving' || paths.unicode === 'nfc'), [
      clash(paths),
    ]),
  ],
}

function roundTrip(sentence: string, name: string, seeded: boolean): Case {
  return {
    name: sentence,
    ...(seeded && { needs: ['seed'] }),
    run: async ({ client, put, folder, settle, capabilities }) => {
      const path = `${folder}/${name}`
      await put(path, 'body')
      await put(`${folder}/below/${name}/inner`, 'inner')
      await settle()
      expect((await client.stat(path)).path).toBe(path)
      expect(Buffer.from((await client.readBytes(path)).bytes).toString()).toBe('body')
      if (capabilities.list === false) return
      expect((await collect(client.list(folder, { recursive: true }))).map(entry => entry.path).sort()).toEqual(
        [path, `${folder}/below/${name}/inner`].sort(),
      )
      expect((await collect(client.list(`${folder}/below/${name}`))).map(entry => entry.path)).toEqual([`${folder}/below/${name}/inner`])
      expect((await collect(client.list(`${folder}/below`))).map(entry => `${entry.kind} ${entry.path}`)).toEqual([
        `prefix ${folder}/below/${name}`,
      ])
      if (capabilities.remove === false) return
      await client.delete(path)
      await expectError(client.stat(path), 'not-found')
    },
  }
}

function anyName(paths: PathRules): Case {
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter(
      text =>
        text.isWellFormed() && Buffer.byteLength(text) * 3 <= paths.segmentBytes && !/[/\0]/.test(text) && text !== '.' && text !== '..',
    )
    .map(text => (paths.unicode === 'nfc' ? text.normalize('NFC') : text))
  return {
    name: 'keeps any name apart from its neighbours',
    run: async ({ client, folder, put }) => {
      let run = 0
      await fc.assert(
        fc.asyncProperty(fc.array(segment, { minLength: 1, maxLength: 3 }), async parts => {
          run += 1
          const path = `${folder}/${run}/${parts.join('/')}`
          await put(path, `body ${run}`)
          const { entry, bytes } = await client.readBytes(path)
          expect([entry.path, Buffer.from(bytes).toString()]).toEqual([path, `body ${run}`])
        }),
        { numRuns: 40, interruptAfterTimeLimit: 20_000 },
      )
    },
  }
}

function tellingApart(paths: PathRules): readonly Case[] {
  const pairs: ReadonlyArray<readonly [string, readonly [string, string]]> = [
    ...(paths.case === 'sensitive' ? [['two names that differ in case only', ['Name', 'name']] as const] : []),
    ...(paths.unicode === 'bytes' ? [['two Unicode forms of one name', ['caf\u00e9', 'cafe\u0301']] as const] : []),
    ...(paths.fileAndFolder ? [['an object and a folder of one name', ['both', 'both/inner']] as const] : []),
    ['a quoted name and what it quotes', ['a%3Ab', 'a:b']],
  ]
  return pairs.map(([what, [one, other]]) => ({
    name: `tells apart ${what}`,
    run: async ({ client, folder, put }) => {
      await put(`${folder}/${one}`, 'one')
      await put(`${folder}/${other}`, 'other')
      expect(Buffer.from((await client.readBytes(`${folder}/${one}`)).bytes).toString()).toBe('one')
      expect(Buffer.from((await client.readBytes(`${folder}/${other}`)).bytes).toString()).toBe('other')
    },
  }))
}

function clash(paths: PathRules): Case {
  const pair = paths.case === 'preserving' ? ['Frame.dat', 'frame.dat'] : ['caf\u00e9.dat', 'cafe\u0301.dat']
  return {
    name: 'refuses a folder with two names it could not tell apart, before anything is sent',
    run: async ({ client, collection, scratch, settle }) => {
      const source = join(scratch, 'clash')
      mkdirSync(source)
      for (const name of pair) writeFileSync(join(source, name), name)
      await expectError(client.push(source, `${collection}/clash:v1`), 'path-invalid')
      await settle()
      expect(await collect(client.list(`assets/${collection}`, { recursive: true }))).toEqual([])
    },
  }
}

/** The layout is core's; the property is every client's. */
function referencesStayApart(): void {
  const part = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,5}$/)
  const reference = fc.record({
    collection: fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
    name: part,
    tag: part,
    digest: fc.stringMatching(/^[0-9a-f]{64}$/).map(hex => `sha256:${hex}`),
  })
  fc.assert(
    fc.property(reference, reference, (a, b) => {
      const pathsOf = (one: typeof a): readonly string[] => [
        tagPath(one, one.tag),
        manifestPath(one, one.digest),
        contentFolder(one, one.digest),
      ]
      const sameAsset = a.collection === b.collection && a.name === b.name
      for (const [index, one] of pathsOf(a).entries()) {
        for (const [other, two] of pathsOf(b).entries()) {
          expect(one.startsWith(`${two}/`) || two.startsWith(`${one}/`)).toBe(false)
          const same =
            index === other &&
            sameAsset &&
            (index === 0 ? a.tag === b.tag : index === 1 ? a.digest === b.digest : a.digest.slice(0, 23) === b.digest.slice(0, 23))
          expect(one === two).toBe(same)
        }
      }
    }),
    { numRuns: 300 },
  )
}
