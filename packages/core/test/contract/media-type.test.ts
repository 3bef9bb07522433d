import { describe, expect, it } from 'vitest'
import { mediaTypeByName, mediaTypeOf } from '../../src/contract/media-type.ts'

const png = Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')

describe('the media type of a file', () => {
  it.each([
    ['a.TIF', 'image/tiff'],
    ['a.tar.gz', 'application/gzip'],
    ['folder/a.vdb', 'application/x-vdb'],
    ['png', undefined],
    ['.png', undefined],
    ['folder.png/file', undefined],
    ['a.constructor', undefined],
  ])('that the name %s says', (name, type) => {
    expect(mediaTypeByName(name)).toBe(type)
  })
  it.each([
    ['lies.jpg', png, 'image/png'],
    ['no-extension', png, 'image/png'],
    ['drawing.usdz', Buffer.from('PK\u0003\u0004'), 'model/vnd.usdz+zip'],
    ['archive', Buffer.from('PK\u0003\u0004'), 'application/zip'],
    ['empty', new Uint8Array(0), 'application/octet-stream'],
  ])('is told by the first bytes of %s before its name', (name, head, type) => {
    expect(mediaTypeOf(name, head)).toBe(type)
  })
})
