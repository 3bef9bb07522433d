import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesSource } from '@fairlead/core'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import type { Place } from './setups.ts'
import { connect, place, scratch, type DriveSettings } from './support.ts'

/** What Drive was given as the picture of a file. */
async function pictureOf({ server, folder }: Place, path: string) {
  const thumbnail = server.drive.at(folder, path)?.thumbnail
  if (thumbnail === undefined) return undefined
  const bytes = Buffer.from(thumbnail.image, 'base64url')
  const { width, format } = await sharp(bytes).metadata()
  const { data } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width, format, bytes: bytes.byteLength, red: data[0] }
}

async function written(
  settings: DriveSettings,
  path: string,
  contentType: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  await (await connect(settings, { env })).write(path, bytesSource('x'), { contentType })
}

/** A picture of one colour. */
async function picture(width: number, height: number): Promise<string> {
  const file = join(scratch(), 'own.jpg')
  writeFileSync(
    file,
    await sharp({ create: { width, height, channels: 3, background: '#ff0000' } })
      .jpeg()
      .toBuffer(),
  )
  return file
}

describe('thumbnails', () => {
  test('files of which Drive makes no picture get ours, which is wide enough', async () => {
    const at = await place()
    await written(at.settings, 'image.sif', 'application/octet-stream')
    expect(await pictureOf(at, 'image.sif')).toMatchObject({ width: 256, format: 'png' })
  })

  test('pictures, texts and documents keep what Drive makes of them', async () => {
    const at = await place()
    await written(at.settings, 'a.png', 'image/png')
    await written(at.settings, 'a.txt', 'text/plain')
    await written(at.settings, 'a.json', 'application/json')
    expect([await pictureOf(at, 'a.png'), await pictureOf(at, 'a.txt'), await pictureOf(at, 'a.json')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('an own picture is brought to 220 pixels or more, and to at most 1600', async () => {
    const at = await place()
    await written({ ...at.settings, thumbnail: await picture(10, 10) }, 'small', 'application/x-a')
    await written({ ...at.settings, thumbnail: await picture(4000, 300) }, 'wide', 'application/x-a')
    expect(await pictureOf(at, 'small')).toMatchObject({ width: 220, format: 'png', red: 254 })
    expect(await pictureOf(at, 'wide')).toMatchObject({ width: 1600, format: 'png', red: 254 })
  })

  test('an own picture may be big: it is made to fit 2 MB', async () => {
    const at = await place()
    const file = join(scratch(), 'noise.png')
    const noise = Buffer.from(Array.from({ length: 1700 * 1000 * 3 }, (_, index) => Math.imul(index + 7, 2_654_435_761) >>> 24))
    writeFileSync(
      file,
      await sharp(noise, { raw: { width: 1700, height: 1000, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toBuffer(),
    )
    await written({ ...at.settings, thumbnail: file }, 'noise', 'application/x-a')
    expect((await pictureOf(at, 'noise'))?.bytes).toBeLessThanOrEqual(2 * 1024 * 1024)
  })

  test('FAIRLEAD_THUMBNAIL names it too', async () => {
    const at = await place()
    await written(at.settings, 'one', 'application/x-a', { FAIRLEAD_THUMBNAIL: await picture(300, 300) })
    expect(await pictureOf(at, 'one')).toMatchObject({ width: 300, red: 254 })
  })

  test('a picture that is not there, or is none, is named', async () => {
    const at = await place()
    const none = join(scratch(), 'none.png')
    await expect(written({ ...at.settings, thumbnail: none }, 'one', 'application/x-a')).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(none),
    })
    writeFileSync(none, 'no picture')
    await expect(written({ ...at.settings, thumbnail: none }, 'one', 'application/x-a')).rejects.toMatchObject({ code: 'config-invalid' })
  })

  test('none is given where none is wanted', async () => {
    const at = await place()
    await written({ ...at.settings, thumbnails: false }, 'one', 'application/x-a')
    expect(await pictureOf(at, 'one')).toBeUndefined()
  })
})
