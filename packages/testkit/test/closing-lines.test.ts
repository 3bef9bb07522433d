import { describe, expect, test } from 'vitest'
import { closingLines } from '../src/reporter/closing-lines.ts'

const reasons = new Map([
  ['next: search. Declare `list`', 1],
  ['later: pull. Declare `read`', 1],
  ['this client has no token to refresh', 5],
])

describe('the last lines of a run', () => {
  test('say why tests were left out, and last what to declare next', () => {
    expect(closingLines(reasons)).toEqual([
      'left out 5 × this client has no token to refresh',
      'later: pull. Declare `read`',
      'next: search. Declare `list`',
    ])
  })

  test('name what is declared and not written before anything else is declared', () => {
    const failures = { names: ['has come as far as push'], messages: ['other', 'next: push. doWrite is declared and not written yet'] }
    const lines = closingLines(reasons, failures)
    expect(lines.at(-1)).toBe('next: push. doWrite is declared and not written yet')
    expect(lines.filter(line => line.startsWith('next: '))).toHaveLength(1)
    expect(lines).toContain('later: search. Declare `list`')
  })

  test('name what fails before anything else is declared', () => {
    expect(closingLines(reasons, { names: ['write > keeps', 'write > ends'], messages: ['expected 1 to be 2'] }).at(-1)).toBe(
      'next: make what fails pass: "write > keeps" and 1 more',
    )
    expect(closingLines(reasons, { names: [], messages: [] }).at(-1)).toBe('next: make what fails pass: a file that could not be loaded')
  })

  test('are none where nothing was left out', () => {
    expect(closingLines(new Map(), { names: ['a'], messages: [] })).toEqual([])
    expect(closingLines(new Map())).toEqual([])
  })
})
