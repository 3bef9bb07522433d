import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import { describe, expect, test } from 'vitest'
import { exportFormat, knownEndings } from '../src/documents.ts'
import type { Place } from './setups.ts'
import { collect, connect, place, scratch, textAt } from './support.ts'

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

function document(at: Place, name: string, kind = 'document'): string {
  const { drive, email } = at.server
  const exports = { [word]: `docx of ${name}`, 'application/pdf': `pdf of ${name}`, 'text/csv': 'a,b' }
  return drive.add({ name, mimeType: `application/vnd.google-apps.${kind}`, parents: [at.folder], owner: email, app: 'x', exports }).id
}

describe('documents of Google', () => {
  test('are shown and read as the first of the chosen formats that suits', async () => {
    const at = await place()
    document(at, 'Plan')
    const client = await connect(at.settings)
    expect((await collect(client.list(''))).map(({ path, size, contentType }) => [path, size, contentType])).toEqual([
      ['Plan.docx', undefined, word],
    ])
    expect(await textAt(client, 'Plan.docx')).toBe('docx of Plan')
    const pdf = await connect({ ...at.settings, export: 'csv, pdf' })
    expect((await collect(pdf.list(''))).map(({ path }) => path)).toEqual(['Plan.pdf'])
    expect(await textAt(pdf, 'Plan.pdf')).toBe('pdf of Plan')
  })

  test('are left out where none of the formats suits', async () => {
    const at = await place()
    document(at, 'Plan')
    document(at, 'Questions', 'form')
    expect(await collect((await connect({ ...at.settings, export: 'none' })).list(''))).toEqual([])
    expect(await collect((await connect({ ...at.settings, export: 'svg' })).list(''))).toEqual([])
  })

  test('give ranges and whole files too', async () => {
    const at = await place()
    document(at, 'Plan')
    const client = await connect(at.settings)
    expect(Buffer.from((await client.readBytes('Plan.docx', { range: { start: 5, end: 7 } })).bytes).toString()).toBe('of')
    const file = join(scratch(), 'plan')
    await client.download('Plan.docx', file)
    expect(readFileSync(file, 'utf8')).toBe('docx of Plan')
    await client.copy('Plan.docx', 'copies/Plan.docx')
    expect(await textAt(client, 'copies/Plan.docx')).toBe('docx of Plan')
  })

  test('give way to a file of that very name, and are not overwritten by one', async () => {
    const at = await place()
    const id = document(at, 'Plan')
    const client = await connect(at.settings)
    await client.write('Plan.docx', bytesSource('a file'))
    expect(await textAt(client, 'Plan.docx')).toBe('a file')
    expect((await collect(client.list(''))).map(({ path, size }) => [path, size])).toEqual([['Plan.docx', 6]])
    expect(at.server.drive.files.get(id)?.explicitlyTrashed).toBe(false)
  })

  test('a format that is none is refused with those that there are', async () => {
    const at = await place()
    await expect(connect({ ...at.settings, export: 'doc' })).rejects.toMatchObject({
      code: 'config-invalid',
      hint: expect.stringContaining(knownEndings.join(', ')),
    })
  })

  test.each([
    ['document', 'docx'],
    ['spreadsheet', 'xlsx'],
    ['presentation', 'pptx'],
    ['drawing', 'svg'],
    ['script', 'json'],
    ['site', undefined],
  ])('a %s is a %s by default', (kind, ending) => {
    expect(exportFormat(`application/vnd.google-apps.${kind}`, ['docx', 'xlsx', 'pptx', 'svg', 'json'])?.ending).toBe(ending)
  })
})
