import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
// @boundaries-ignore The command line is run as its own tests run it.
import { built } from '../../packages/cli/test/support/build.ts'
import { pageOf, pages, root } from './page.ts'
import { walk } from './walk.ts'

const all = pages()
const blocks = all.flatMap(page => page.blocks.map(block => ({ ...block, at: `${page.path}:${block.line}` })))

beforeAll(built, 300_000)

describe('the documentation does what it says', () => {
  const walked = all.filter(page => page.blocks.some(block => (block.illustration ?? block.elsewhere ?? block.excerpt) === undefined))
  test.each(walked.map(page => [page.path, page] as const))(
    '%s',
    async (_path, page) => {
      expect(await walk(page)).toBeUndefined()
    },
    300_000,
  )
})

test('at most one block in twenty is an illustration, each with its reason', () => {
  const illustrations = blocks.filter(({ illustration }) => illustration !== undefined)
  expect(illustrations.filter(({ illustration = '' }) => illustration.length < 10).map(({ at }) => at)).toEqual([])
  expect(illustrations.length, illustrations.map(({ at }) => at).join(', ')).toBeLessThanOrEqual(blocks.length / 20)
})

test('what is said to run elsewhere names a file that is there', () => {
  expect(blocks.filter(({ elsewhere }) => elsewhere !== undefined && !existsSync(join(root, elsewhere))).map(({ at }) => at)).toEqual([])
})

test('an excerpt has the lines of the file that it is from', () => {
  const strange = blocks.flatMap(({ at, excerpt, text }) => {
    if (excerpt === undefined) return []
    const lines = new Set(
      readFileSync(join(root, excerpt), 'utf8')
        .split('\n')
        .map(line => line.trim()),
    )
    return text
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '' && !/^(\/\/|#)/.test(line) && !lines.has(line))
      .map(line => `${at}: ${line}`)
  })
  expect(strange).toEqual([])
})

test('the comments before a block say how it is run', () => {
  const page = pageOf(
    'a.md',
    '<!-- service: s3 as archive -->\n\n<!-- given\nmkdir a\n-->\n<!-- exit: 1 -->\n\n```sh\nfalse\n```\n\n<!-- illustration: needs an account -->\n```ts\nx\n```\n',
  )
  expect(page.services).toEqual(new Map([['archive', 's3']]))
  expect(page.blocks).toEqual([
    { line: 8, language: 'sh', text: 'false\n', given: 'mkdir a', exit: 1 },
    { line: 13, language: 'ts', text: 'x\n', given: '', exit: 0, illustration: 'needs an account' },
  ])
})
