import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, digestOf } from '../../src/contract/canonical-json.ts'
import { FairleadError, type AssetIdentity } from '../../src/index.ts'

const asset: AssetIdentity = {
  schemaVersion: 1,
  type: 'sequence',
  traits: { width: 4 },
  files: [
    { path: 'b.png', size: 2, sha256: 'b'.repeat(64), mediaType: 'image/png' },
    { path: 'a.png', size: 1, sha256: 'a'.repeat(64), mediaType: 'image/png' },
  ],
}

describe('canonical JSON', () => {
  it('is the example of RFC 8785, section 3.2.2', () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001], "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
    )
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })
  it('sorts keys by UTF-16 code units', () => {
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5}',
    )
  })
  it('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()),
        value => canonicalJson(value) === canonicalJson(Object.fromEntries(Object.entries(value).reverse())),
      ),
    )
  })
  it.each([[Number.NaN], [Infinity], ['\ud800'], [() => 1], [1n]])('refuses what JSON can not hold: %s', value => {
    let error: unknown
    try {
      canonicalJson({ value })
    } catch (caught) {
      error = caught
    }
    expect(FairleadError.is(error, 'input-invalid')).toBe(true)
  })
})

describe('the digest of an asset', () => {
  it('does not depend on the order of its files, nor on anything outside its identity', () => {
    expect(digestOf({ ...asset, files: asset.files.toReversed(), ...{ provenance: { host: 'here' } } })).toBe(digestOf(asset))
  })
  it('changes with each part of its identity', () => {
    const others: AssetIdentity[] = [
      { ...asset, type: 'complex' },
      { ...asset, traits: { width: 5 } },
      { ...asset, specification: 'raw001' },
      { ...asset, files: asset.files.slice(1) },
    ]
    expect(new Set([asset, ...others].map(digestOf)).size).toBe(5)
  })
})
