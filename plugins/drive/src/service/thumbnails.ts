import { readFileSync } from 'node:fs'
import { FairleadError, type ConnectionInit } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { ownThumbnail } from '../picture.ts'

/** A picture as the API takes it: URL-safe Base64. */
export interface Thumbnail {
  readonly image: string
  readonly mimeType: string
}

/** The least width in pixels and the most bytes: https://developers.google.com/workspace/drive/api/guides/file#thumbnails */
const leastPixels = 220
const mostBytes = 2 * 1024 * 1024
/** Of these Drive makes pictures itself. */
const pictured = /^(?:image|video|text)\/|^application\/(?:pdf|json|msword|vnd\.(?:openxmlformats|ms-|oasis))/

/** The picture for files of which Drive makes none. */
export class Thumbnails {
  readonly #init: ConnectionInit<typeof options>
  #made: Promise<Thumbnail> | undefined

  constructor(init: ConnectionInit<typeof options>) {
    this.#init = init
  }

  /** The picture for a new file; undefined where it needs none. What is there already keeps its own. */
  async hint(path: string, contentType: string, isNew: boolean): Promise<Thumbnail | undefined> {
    const { thumbnails } = this.#init.settings
    if (!thumbnails || !isNew || pictured.test(contentType) || path.endsWith('.json')) return undefined
    this.#made ??= this.#make()
    return await this.#made
  }

  async #make(): Promise<Thumbnail> {
    const { thumbnail: file } = this.#init.settings
    if (file === undefined) return { image: ownThumbnail, mimeType: 'image/png' }
    let bytes: Buffer
    try {
      bytes = readFileSync(file)
    } catch (cause) {
      throw this.#wrong(file, "it can't be read", 'Give an image that exists, or leave the setting out.', cause)
    }
    return { image: (await this.#fitted(file, bytes)).toString('base64url'), mimeType: 'image/png' }
  }

  /** A PNG that is wide enough and not too big. */
  async #fitted(file: string, bytes: Buffer): Promise<Buffer> {
    const sharp = await this.#sharp(file)
    try {
      for (let most = 1600; most >= leastPixels; most = Math.floor(most / 2)) {
        const { width } = await sharp(bytes).metadata()
        const wanted = Math.max(leastPixels, Math.min(most, width))
        const fitted = await sharp(bytes).rotate().resize({ width: wanted }).png({ compressionLevel: 9 }).toBuffer()
        if (fitted.byteLength <= mostBytes) return fitted
      }
    } catch (cause) {
      throw this.#wrong(file, 'it is not a readable image', 'Give a PNG, JPEG, WebP or GIF.', cause)
    }
    throw this.#wrong(file, `it has more than ${mostBytes} bytes even at ${leastPixels} pixels`, 'Give a simpler image.')
  }

  async #sharp(file: string) {
    try {
      return (await import('sharp')).default
    } catch (cause) {
      throw this.#wrong(file, 'the package that resizes it is not installed', 'Run `npm install sharp`, or leave the setting out.', cause)
    }
  }

  #wrong(file: string, what: string, hint: string, cause?: unknown): FairleadError {
    const { connection } = this.#init.host
    return new FairleadError('config-invalid', `thumbnail "${file}" of connection "${connection}": ${what}.`, { connection, hint, cause })
  }
}
