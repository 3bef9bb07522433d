import { realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import type Sharp from 'sharp'
import type { Thumbnail } from './data.ts'

/** A file of which a small picture is made. */
export interface FrameFile {
  readonly filename: string
  /** Relative to the ingress. */
  readonly path: string
}

const widest = 160
const mostBytes = 200 * 1024 * 1024
const mostPixels = 150_000_000
const secondsEach = 10

const readable = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp', '.gif', '.avif'])

async function loadSharp(): Promise<typeof Sharp | undefined> {
  try {
    const { default: sharp } = await import('sharp')
    sharp.cache(false)
    return sharp
  } catch (cause) {
    // Its binary is a package by platform, and there are platforms without one: a report then has no pictures.
    if (cause instanceof Error) return undefined
    throw cause
  }
}

/** The place of a file, when it still is one and lies in the ingress. */
function placeOf(ingress: string, path: string): { readonly file: string } | { readonly missing: string } {
  try {
    const file = realpathSync(join(ingress, path))
    const stat = statSync(file)
    if (!file.startsWith(`${realpathSync(ingress)}${sep}`) || !stat.isFile()) return { missing: 'not a file of the ingress' }
    return stat.size > mostBytes ? { missing: 'too large to show' } : { file }
  } catch (cause) {
    if (cause instanceof Error) return { missing: 'no longer there' }
    throw cause
  }
}

async function thumbnailOf({ filename, path }: FrameFile, ingress: string, sharp: typeof Sharp): Promise<Thumbnail> {
  const ending = extname(path).toLowerCase()
  if (!readable.has(ending)) return { filename, missing: `no preview of ${ending || 'such files'}` }
  const place = placeOf(ingress, path)
  if ('missing' in place) return { filename, missing: place.missing }
  try {
    // Metadata (EXIF, GPS, profiles) is dropped: that is what sharp does unless it is told otherwise.
    const { data, info } = await sharp(place.file, { limitInputPixels: mostPixels, sequentialRead: true, pages: 1 })
      .timeout({ seconds: secondsEach })
      .rotate()
      .resize({ width: widest, height: widest, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 70 })
      .toBuffer({ resolveWithObject: true })
    return { filename, uri: `data:image/webp;base64,${data.toString('base64')}`, width: info.width, height: info.height }
  } catch (cause) {
    if (cause instanceof Error) return { filename, missing: 'not readable' }
    throw cause
  }
}

/**
 * Pictures of at most 160 pixels, as data URIs without metadata, in the order of the files. A file that can't be shown
 * has the reason in its place; nothing here fails.
 */
export async function thumbnailsOf(files: readonly FrameFile[], ingress: string, signal: AbortSignal): Promise<readonly Thumbnail[]> {
  const sharp = files.length === 0 ? undefined : await loadSharp()
  if (sharp === undefined) return files.map(({ filename }) => ({ filename, missing: 'no pictures on this platform' }))
  const thumbnails: Thumbnail[] = []
  for (const file of files) {
    signal.throwIfAborted()
    thumbnails.push(await thumbnailOf(file, ingress, sharp))
  }
  return thumbnails
}
