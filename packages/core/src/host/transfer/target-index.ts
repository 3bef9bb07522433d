import { FairleadError } from '../../contract/errors.ts'
import { comparePaths } from '../../contract/path-order.ts'
import type { Item, Place } from './place.ts'

/** What is known of a target's path: its item, `absent`, or `unknown` where only asking for it would tell. */
export type Found = Item | 'absent' | 'unknown'

/** Says what is at paths of a target that are asked for in ascending order. */
export interface TargetIndex extends AsyncDisposable {
  find(path: string): Promise<Found> | Found
}

/** A listing that has gone this far without a hit, and this much further than what was asked for, is given up. */
const patience = 20_000
const patienceEach = 20

/**
 * Walks through the listing of a client's place side by side with the paths that are asked for: a thousand answers for one request.
 * Where that would list far more than is asked for, or may not be listed, it is left off and each path is `unknown`. Local places are `unknown`: to ask for
 * one file costs nothing.
 */
export function createTargetIndex(place: Place, few: boolean, signal: AbortSignal | undefined): TargetIndex {
  const lists = !few && place.kind === 'client' && place.client.capabilities.list !== false
  const batches = lists ? place.list(signal === undefined ? {} : { signal })[Symbol.asyncIterator]() : undefined
  let batch: readonly Item[] = []
  let index = 0
  let given = batches === undefined
  let ended = false
  let passed = 0
  let asked = 0

  const close = async (): Promise<void> => {
    if (!ended && batches !== undefined) await batches.return?.()
    ended = true
  }
  /** From what is here already; undefined: more must be listed. */
  const among = (path: string): Found | undefined => {
    for (; index < batch.length; index++) {
      const item = batch[index]
      const order = item === undefined ? 1 : comparePaths(item.path, path)
      if (item !== undefined && order === 0) return item
      if (order > 0) return 'absent'
      passed++
    }
    return ended ? 'absent' : undefined
  }
  /** Whoever may write need not be allowed to list. */
  const page = async (): Promise<IteratorResult<readonly Item[]> | 'hidden' | undefined> => {
    try {
      return await batches?.next()
    } catch (error) {
      if (!FairleadError.is(error, 'permission-denied')) throw error
      ended = true
      return 'hidden'
    }
  }
  const ask = async (path: string): Promise<Found> => {
    for (;;) {
      const found = among(path)
      if (found !== undefined) return found
      if (passed > patience + patienceEach * asked) {
        given = true
        await close()
        return 'unknown'
      }
      const next = await page()
      if (next === 'hidden') {
        given = true
        return 'unknown'
      }
      if (next === undefined || next.done === true) ended = true
      else [batch, index] = [next.value, 0]
    }
  }
  return {
    find(path) {
      asked++
      return given ? 'unknown' : (among(path) ?? ask(path))
    },
    [Symbol.asyncDispose]: close,
  }
}
