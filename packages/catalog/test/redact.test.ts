import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { createConfigRedactor } from '../src/config/redact.ts'
import { defaultRedactRegex } from '../src/config/defaults.ts'

const plain = createConfigRedactor({ regex: defaultRedactRegex, hash: false })
const hashed = createConfigRedactor({ regex: defaultRedactRegex, hash: true })

describe('what is hidden', () => {
  it.each(['access_key', 'secret-key', 'user_id', 'api_token', 'url', 'Password', 'client_secret', 'authorization', 'credentials'])(
    'is everything below the key %s',
    name => {
      expect(plain.value({ [name]: 'a' })).toEqual({ [name]: '[redacted]' })
      expect(plain.value({ [name]: [5, { b: true }] })).toEqual({ [name]: ['[redacted]', { b: '[redacted]' }] })
    },
  )

  it.each(['Authorization', 'Proxy-Authorization', 'cookie', 'X-Api-Key', 'X-Auth-Token'])(
    'is the header %s, whatever the expression',
    name => {
      const none = createConfigRedactor({ regex: '', hash: false })
      expect(none.value({ headers: { [name]: 'a', Accept: 'b' } })).toEqual({ headers: { [name]: '[redacted]', Accept: 'b' } })
    },
  )

  it.each([
    ['https://user:pass@a.example/x?token=abc&page=1', 'https://a.example/x?token=[redacted]&page=1'],
    ['see postgres://user:pass@db.example/x', 'see postgres://[redacted]@db.example/x'],
    ['Bearer abcdefgh', 'Bearer [redacted]'],
  ])('is what lets someone in within a text: %s', (text, shown) => {
    expect(plain.value({ note: text })).toEqual({ note: shown })
  })

  it.each(['${TOKEN}', 'Bearer ${TOKEN}'])('is not the name of a variable: %s', text => {
    expect(plain.value({ headers: { Authorization: text } })).toEqual({ headers: { Authorization: text } })
  })

  it.each([[5], [['a', [true]]], [{ a: { b: [{ c: 'x' }] } }], ['${NOT} a variable alone'], [''], [0]])(
    'is no leaf below a secret key, in whatever shape: %j',
    value => {
      const leaves = (one: unknown): readonly unknown[] =>
        typeof one === 'object' && one !== null ? Object.values(one).flatMap(leaves) : [one]
      for (const leaf of leaves(plain.value({ api_key: value }))) expect(leaf).toBe('[redacted]')
    },
  )
})

describe('a digest in its place', () => {
  it('is the same for the same value, and another for another', () => {
    const { a_key: a, b_key: b, c_key: c } = hashed.value({ a_key: 5, b_key: 5, c_key: 6 }) as Readonly<Record<string, string>> // what went in
    expect(a).toMatch(/^hash-[0-9a-f]{12}$/)
    expect(a).toBe(b)
    expect(a).not.toBe(c)
  })

  it('is another in another process, so that small values can not be looked up', () => {
    const script = `
      import { createConfigRedactor } from ${JSON.stringify(new URL('../src/config/redact.ts', import.meta.url).href)}
      console.log(createConfigRedactor({ regex: 'k', hash: true }).hidden(5))`
    const flags = ['--conditions=@fairlead/source', '--no-warnings', '--input-type=module-typescript', '-e', script]
    const run = () => execFileSync(process.execPath, flags, { encoding: 'utf8' }).trim()
    const [one, two] = [run(), run()]
    expect(one).toMatch(/^hash-/)
    expect(one).not.toBe(two)
  })
})
