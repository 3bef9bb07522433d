import type { Share } from '@fairlead/core'
import { describe, expect, it } from 'vitest'
import { irrevocableText } from '../src/share-text.ts'

const link = (more: Partial<Share> = {}): Share => ({
  url: new URL('https://store.example.com/a'),
  path: 'a',
  kind: 'signed-url',
  expires: new Date('2026-01-02T03:04:05Z'),
  revocable: false,
  ...more,
})

describe('the note on links that nobody can take back', () => {
  it('names the time they end', () => {
    expect(irrevocableText([link()])).toBe("This link can't be revoked: anyone who has it can use it until 2026-01-02T03:04:05.000Z.")
  })
  it('names the last of several, and counts them', () => {
    expect(irrevocableText([link(), link({ revocable: true }), link({ expires: new Date('2026-01-03T00:00:00Z') })])).toBe(
      "These 2 links can't be revoked: anyone who has them can use them until 2026-01-03T00:00:00.000Z.",
    )
  })
  it('says that a link never ends', () => {
    const { expires: _expires, ...endless } = link()
    expect(irrevocableText([endless])).toBe("This link can't be revoked and never expires.")
  })
  it('says nothing of links that can be', () => {
    expect(irrevocableText([link({ revocable: true })])).toBeUndefined()
  })
})
