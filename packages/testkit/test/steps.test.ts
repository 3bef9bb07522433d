import type { Capabilities } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { groupNames } from '../src/conformance/groups/all-groups.ts'
import { stepsOf, whatNext } from '../src/conformance/steps.ts'
import { memory, memoryReadOnly } from '../src/index.ts'

const { capabilities: full } = memory.manifest
const nothing: Capabilities = { ...full, write: false, list: false, read: false, remove: false, share: false, copy: false }
const advice = (capabilities: Capabilities): ReadonlyArray<string | undefined> => {
  const steps = stepsOf({ capabilities })
  return steps.map(step => whatNext(step, steps))
}

describe('the steps to a whole client', () => {
  test('go in the order that works', () => {
    expect(stepsOf(memory.manifest).map(({ name }) => name)).toEqual([
      'authenticate',
      'push',
      'search',
      'pull',
      'share',
      'remove',
      'export',
    ])
  })

  test('name every group of the suite', () => {
    const named = new Set(stepsOf(memory.manifest).flatMap(({ groups }) => groups))
    expect(groupNames.filter(name => !named.has(name))).toEqual([])
  })

  test('are all done where everything is declared', () => {
    expect(advice(full).filter(text => text !== undefined)).toEqual([])
  })

  test('say what is next, what to declare and what to write', () => {
    const [authenticate, push, search] = advice(nothing)
    expect(authenticate).toBeUndefined()
    expect(push).toMatch(/^next: push\. Declare `write` in src\/manifest\.ts: write, .* fail until doWrite is in src\/connection\.ts$/)
    expect(search).toMatch(/^later: search\. Declare `list`/)
  })

  test('may be left out: the next one is the first that is not declared', () => {
    expect(advice(memoryReadOnly.manifest.capabilities).filter(text => text?.startsWith('next: '))).toEqual([
      expect.stringContaining('push'),
    ])
    expect(advice({ ...nothing, write: full.write })[2]).toMatch(/^next: search/)
  })

  test('end with export, which needs nothing of its own', () => {
    expect(advice(nothing).at(-1)).toBe('export comes by itself with push, search and pull')
    expect(advice({ ...full, share: false, remove: false }).at(-1)).toBeUndefined()
  })
})
