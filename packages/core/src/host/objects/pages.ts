import type { Context, Operation } from '../../contract/connection.ts'
import type { Page } from '../../contract/entry.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/** What a service answers for the place that `cursor` names; none is the beginning. */
export type PageOf<T> = (cursor: string | undefined, context: Context) => Promise<Page<T>>

/**
 * The pages of a listing, one after the other; a page that failed is repeated alone. `plugin-invalid` for cursors that
 * go in a circle: an earlier one is held, moved on after 1, 2, 4, 8 … pages (Brent's algorithm), and one that comes again
 * closes the circle.
 */
export async function* pages<T>(
  runtime: Pick<ClientRuntime, 'attempts' | 'name' | 'manifest'>,
  operation: Operation,
  pageOf: PageOf<T>,
  call: CallOptions = {},
): AsyncGenerator<readonly T[], void, undefined> {
  for await (const { items } of wholePages(runtime, operation, pageOf, call)) yield items
}

/** The same with their cursors: the last one has none. */
export async function* wholePages<T>(
  { attempts, name: connection, manifest }: Pick<ClientRuntime, 'attempts' | 'name' | 'manifest'>,
  operation: Operation,
  pageOf: PageOf<T>,
  call: CallOptions = {},
): AsyncGenerator<Page<T>, void, undefined> {
  let cursor: string | undefined
  let landmark: string | undefined
  for (let count = 1; ; count++) {
    const from = cursor
    const page = await attempts.run(operation, context => pageOf(from, context), call)
    if (page.cursor !== undefined && (page.cursor === from || page.cursor === landmark)) {
      const { name, path } = operation
      const what = path === undefined ? '' : ` of "${path}"`
      throw new FairleadError('plugin-invalid', `${name}${what} does not come forward: two pages end at the same place.`, {
        connection,
        operation: name,
        ...(path !== undefined && { path }),
        hint: `Report it to the authors of ${manifest.package}.`,
      })
    }
    if (Number.isInteger(Math.log2(count))) landmark = page.cursor
    yield page
    cursor = page.cursor
    if (cursor === undefined) return
  }
}
