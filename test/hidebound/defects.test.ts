import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defects, unsafe, type Shown } from './defects.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/from-hidebound.md'), 'utf8')

/** Whether a file has a test of that name. */
function isThere([file, name]: Shown): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`\\(\\s*['"\`]${escaped}['"\`]\\s*,`).test(readFileSync(join(root, file), 'utf8'))
}

describe('of Hidebound’s weaknesses', () => {
  test.each(Object.entries(defects))('number %s is shown absent', (number, { ours, shown }) => {
    expect(shown.filter(one => !isThere(one))).toEqual([])
    expect(page).toMatch(new RegExp(`^\\| ${number} \\|`, 'm'))
    expect(ours).not.toBe('')
  })

  test.each(unsafe)('those of safety: $ours', ({ shown }) => {
    expect(shown.filter(one => !isThere(one))).toEqual([])
  })

  test('each has a row on the page, and one that no test shows is said to be of what ours does not have yet', () => {
    const rows = new Map([...page.matchAll(/^\| (\d+) \|(.*)$/gm)].map(([, number, rest = '']) => [Number(number), rest]))
    expect([...rows.keys()]).toEqual(Array.from({ length: 21 }, (_, index) => index + 1))
    const later = [...rows].filter(([, rest]) => rest.includes('not there yet')).map(([number]) => number)
    expect(later).toEqual([...rows.keys()].filter(number => defects[number] === undefined))
  })
})
