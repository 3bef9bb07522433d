import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFilter } from '../../src/host/transfer/filters.ts'
import { localPlace } from '../../src/host/transfer/local-place.ts'
import type { Place, PlaceListOptions, PlaceProblem } from '../../src/host/transfer/place.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function pathsOf(place: Place, options: PlaceListOptions = {}): Promise<string[]> {
  const paths: string[] = []
  for await (const batch of place.list(options)) paths.push(...batch.map(({ path }) => path))
  return paths
}

function folderWith(paths: readonly string[]): string {
  const folder = temporaryFolder()
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), path)
  }
  return folder
}

const inOrder = (paths: readonly string[]): string[] => paths.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
const tree = ['a', 'a-b/x', 'a.b', 'ab/c', 'ab.c', 'Z', 'ä/ö', '\uff5e', '😀/b', '😀', 'x y'].filter(path => path !== '😀')

describe('a local place', () => {
  test('lists files in the order of the bytes of their paths', async () => {
    expect(await pathsOf(localPlace(folderWith(tree)))).toEqual(inOrder(tree))
  })

  test('lists any tree in that order', async () => {
    const name = fc.stringMatching(/^[-./ab~😀]{1,3}$/u).filter(text => !/[/]/.test(text) && !/^\.+$/.test(text))
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 15 }), async parts => {
        const folder = temporaryFolder()
        const made = new Set<string>()
        for (const path of parts.map(words => words.map((word, index) => (index < words.length - 1 ? `d${word}` : word)).join('/'))) {
          mkdirSync(dirname(join(folder, path)), { recursive: true })
          writeFileSync(join(folder, path), '')
          made.add(path)
        }
        expect(await pathsOf(localPlace(folder))).toEqual(inOrder([...made]))
      }),
      { numRuns: 30 },
    )
  })

  test('tells links, and names that are not UTF-8, and lists the rest', async () => {
    const folder = folderWith(['good', 'odd\ufffd'])
    symlinkSync('good', join(folder, 'link'))
    symlinkSync('/', join(folder, 'root'))
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff, 0x2e])]), '')
    const problems: PlaceProblem[] = []
    expect(await pathsOf(localPlace(folder), { onProblem: problem => problems.push(problem) })).toEqual(['good', 'odd\ufffd'])
    expect(problems.map(({ path, reason }) => [path, reason])).toEqual(
      expect.arrayContaining([
        ['link', 'symbolic-link'],
        ['root', 'symbolic-link'],
        ['bad\\xff.', 'name-not-utf8'],
      ]),
    )
  })

  test('reads no folder that the filter does not enter', async () => {
    const folder = folderWith(['a/1.png', 'cache/2.png', 'b.txt'])
    const filter = createFilter({
      rules: [
        { take: false, pattern: 'cache' },
        { take: true, pattern: '*.png' },
      ],
    })
    expect(await pathsOf(localPlace(folder), { filter })).toEqual(['a/1.png'])
  })

  test('leaves out what a download that was cut off has left', async () => {
    expect(await pathsOf(localPlace(folderWith(['a', '.a.fairlead-part/123', '.b.0.fairlead-part'])))).toEqual(['a'])
  })

  test('says of a file, a folder and nothing what they are', async () => {
    const folder = folderWith(['a'])
    expect(await localPlace(join(folder, 'a')).look()).toMatchObject({ kind: 'item', item: { path: 'a', size: 1 } })
    expect(await localPlace(folder).look()).toEqual({ kind: 'folder' })
    expect(await localPlace(join(folder, 'b')).look()).toBeUndefined()
  })

  test.each(['../x', 'a/../../x', '/etc/x', 'a//b', '.', 'a\0b'])('gives no file for the path %j', path => {
    expect(() => localPlace(temporaryFolder()).target(path)).toThrow(expect.objectContaining({ code: 'path-invalid' }))
  })

  test('gives no file behind a link', () => {
    const folder = temporaryFolder()
    symlinkSync(temporaryFolder(), join(folder, 'out'))
    expect(() => localPlace(folder).target('out/x')).toThrow(expect.objectContaining({ code: 'path-invalid' }))
    expect(localPlace(folder).target('in/x')).toBe(join(folder, 'in/x'))
  })

  test('has nothing behind a link, or behind a file', async () => {
    const folder = folderWith(['a'])
    symlinkSync(folderWith(['c']), join(folder, 'out'))
    expect(await localPlace(folder).stat('a')).toMatchObject({ path: 'a', size: 1 })
    for (const path of ['out/c', 'a/c', `${'n'.repeat(300)}/c`]) expect(await localPlace(folder).stat(path)).toBeUndefined()
  })

  test('removes files, and nothing behind a link', async () => {
    const folder = folderWith(['a', 'b/c'])
    const other = folderWith(['c'])
    symlinkSync(other, join(folder, 'out'))
    const place = localPlace(folder)
    await place.remove(['a', 'b/c', 'gone'])
    expect(await pathsOf(place)).toEqual([])
    await expect(place.remove(['out/c'])).rejects.toMatchObject({ code: 'path-invalid' })
    expect(await pathsOf(localPlace(other))).toEqual(['c'])
  })
})
