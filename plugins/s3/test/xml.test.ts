import { FairleadError } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { escapeXml, readAnswer, readTags } from '../src/service/xml.ts'

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,10}$/)
/** Everything XML 1.0 can hold, with what it must escape. */
const text = fc
  .string({
    unit: fc.constantFrom('a', 'é', '漢', '🙂', '<', '>', '&', '"', "'", ' ', '\n', '\r', '\t', ']]>', '/', '=', 'amp;'),
    maxLength: 12,
  })
  .filter(value => value.isWellFormed())
const fields = fc.dictionary(name, text, { maxKeys: 5 })
const rows = fc.array(fc.record({ name, fields: fc.dictionary(name, text, { minKeys: 1, maxKeys: 4 }) }), { maxLength: 6 })

const write = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([key, value]) => (value === '' ? `<${key}/>` : `<${key}>${escapeXml(value)}</${key}>`))
    .join('\n ')

describe('the reader of answers', () => {
  test('reads what was written, whatever the texts hold', () => {
    fc.assert(
      fc.property(name, fields, rows, (root, top, list) => {
        const body = `<?xml version="1.0"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${write(top)}${list
          .map(row => `<${row.name} a='>'>${write(row.fields)}</${row.name}>`)
          .join('')}</${root}>`
        const answer = readAnswer(body)
        expect(answer.root).toBe(root)
        expect({ ...answer.fields }).toEqual({ ...top })
        expect(answer.rows.map(row => ({ name: row.name, fields: { ...row.fields } }))).toEqual(
          list.map(row => ({ name: row.name, fields: { ...row.fields } })),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('passes over comments, instructions, namespaces and what lies deeper, and reads CDATA as text', () => {
    const answer = readAnswer(
      '<?xml version="1.0"?><!-- <Root> --><s3:Root xmlns:s3="x"><s3:A>1<!-- no -->2</s3:A><Row><K><![CDATA[<a> & b]]></K><Owner><ID>deep</ID></Owner></Row></s3:Root>',
    )
    expect(answer.root).toBe('Root')
    expect(answer.fields.A).toBe('12')
    expect(answer.rows[0]?.fields.K).toBe('<a> & b')
    expect(JSON.stringify(answer)).not.toContain('deep')
  })

  test('keeps names of objects from being taken for something else', () => {
    const answer = readAnswer('<R><__proto__>x</__proto__><constructor>y</constructor></R>')
    expect(answer.fields.toString).toBeUndefined()
    expect(Object.keys(answer.fields)).toEqual(['__proto__', 'constructor'])
  })

  test('refuses a document type, for entities can be bombs', () => {
    expect(() => readAnswer('<!DOCTYPE r [<!ENTITY a "aaa">]><r>&a;</r>')).toThrow('not readable XML')
  })

  test('leaves entities that nobody declared as they are', () => {
    expect(readAnswer('<R><A>&unknown; &#x110000; &#65;</A></R>').fields.A).toBe('&unknown; &#x110000; A')
  })

  test('ends with its own error, and in no time, for anything that is no answer', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '/>',
      '<a',
      '<a>',
      '</a>',
      '"',
      "'",
      '&',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      'x',
      ' ',
      '=',
      '\0',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece, { maxLength: 40 }).map(parts => parts.join('')),
        ),
        body => {
          try {
            readAnswer(body)
          } catch (cause) {
            expect(FairleadError.is(cause, 'unexpected')).toBe(true)
          }
        },
      ),
      { numRuns: 2000 },
    )
    expect(() => readAnswer(`<R ${'a="b" '.repeat(100_000)}`)).toThrow('not readable XML')
    expect(() => readAnswer('<R>'.repeat(50_000))).toThrow('not readable XML')
  })
})

describe('the tags of an object', () => {
  test('are read with what is escaped in them, by whatever prefix their elements go', () => {
    const xml =
      '<Tagging xmlns="x"><TagSet><Tag><Key>a b</Key><Value>1&amp;2</Value></Tag><Tag><Key>c</Key><Value/></Tag></TagSet></Tagging>'
    expect(readTags(xml)).toEqual([
      ['a b', '1&2'],
      ['c', ''],
    ])
    expect(readTags(xml.replace(/<(\/?)(?=[A-Z])/g, '<$1s3:'))).toEqual(readTags(xml))
  })

  test.each(['<Tagging><TagSet/></Tagging>', '<Tagging><TagSet></TagSet></Tagging>', ''])('may be none: %s', xml => {
    expect(readTags(xml)).toEqual([])
  })
})
