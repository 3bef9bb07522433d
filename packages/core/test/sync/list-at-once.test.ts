import fc from 'fast-check'
import { expect, it } from 'vitest'
import { listAtOnce } from '../../src/host/sync/list-at-once.ts'
import { comparePaths } from '../../src/contract/path-order.ts'
import type { Client, EntryPage, ListPagesOptions } from '../../src/host/client.ts'

const pageSize = 3

/** The pages of a store that holds these paths, as a service gives them. */
async function* pagesOf(paths: readonly string[], prefix: string, options: ListPagesOptions = {}): AsyncGenerator<EntryPage> {
  const below = prefix === '' ? '' : `${prefix}/`
  const inside = paths.filter(path => path.startsWith(below) && (options.after === undefined || comparePaths(path, options.after) > 0))
  const found = new Map<string, EntryPage['items'][number]>()
  for (const path of inside) {
    const slash = options.recursive === true ? -1 : path.indexOf('/', below.length)
    if (slash < 0) found.set(path, { path, kind: 'object', size: 1 })
    else found.set(`${path.slice(0, slash)}/`, { path: path.slice(0, slash), kind: 'prefix' })
  }
  const items = [...found].toSorted(([a], [b]) => comparePaths(a, b)).map(([, entry]) => entry)
  for (let index = 0; index === 0 || index < items.length; index += pageSize) {
    await new Promise(resolve => setImmediate(resolve))
    yield { items: items.slice(index, index + pageSize), more: index + pageSize < items.length }
  }
}

const client = (paths: readonly string[], after: boolean): Pick<Client, 'capabilities' | 'listPages'> => ({
  capabilities: {
    list: { recursive: true, ordered: true, directories: 'implied', ...(after && { after: true }) },
  } as Client['capabilities'],
  listPages: (prefix, options) => pagesOf(paths, prefix, options),
})

const segment = fc.constantFrom('a', 'b', 'a0', 'a-', 'é', '0', '\u{1F600}', 'a.')
const somePaths = fc.uniqueArray(
  fc.array(segment, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/')),
  { maxLength: 60 },
)

it.each([true, false])('gives every object once and in order, whatever folders there are (parts at once: %s)', async after => {
  await fc.assert(
    fc.asyncProperty(somePaths, fc.constantFrom('', 'a', 'nowhere'), async (unordered, prefix) => {
      const paths = unordered.toSorted(comparePaths)
      const found: string[] = []
      for await (const page of listAtOnce(client(paths, after), prefix, undefined)) found.push(...page.map(({ path }) => path))
      expect(found).toEqual(paths.filter(path => prefix === '' || path.startsWith(`${prefix}/`)))
    }),
    { numRuns: 200 },
  )
})

it('stops asking when nobody listens any more', async () => {
  const paths = Array.from({ length: 600 }, (_, index) => `f${String(Math.floor(index / 10)).padStart(3, '0')}/${index % 10}`)
  let open = 0
  const counted = {
    ...client(paths, true),
    async *listPages(prefix: string, options?: ListPagesOptions): AsyncGenerator<EntryPage> {
      open++
      try {
        yield* pagesOf(paths, prefix, options)
      } finally {
        open--
      }
    },
  }
  for await (const page of listAtOnce(counted, '', undefined)) {
    if (page.some(({ path }) => path.startsWith('f010'))) break
  }
  expect(open).toBe(0)
})
