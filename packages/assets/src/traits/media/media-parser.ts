import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as MediaInfo from 'mediainfo.js'
import { lazily, mapValue } from '../lazily.ts'
import { headerError, type HeaderReader } from '../reader.ts'
import { codecOf } from './codec.ts'
import type { Media } from './media.ts'

const pieceBytes = 128 * 1024
/** However a file is built, no more pieces of it are read. */
const maxPieces = 1024
/** MediaInfoLib's size of a file that is not told: only the position is set, and the parser goes on. */
const positionOnly = -1

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function tracksIn(json: string): readonly Fields[] {
  const parsed: unknown = JSON.parse(json)
  const media = isFields(parsed) ? parsed['media'] : undefined
  const tracks = isFields(media) ? media['track'] : undefined
  return Array.isArray(tracks) ? tracks.filter(isFields) : []
}

function textIn(track: Fields | undefined, field: string): string {
  const value = track?.[field]
  return typeof value === 'string' ? value : ''
}

/** A number above 0 in a field of text. */
function numberIn(track: Fields | undefined, field: string): number | undefined {
  const value = Number.parseFloat(textIn(track, field))
  return Number.isFinite(value) && value > 0 ? value : undefined
}

/** Frames a second, exact where the parser tells the fraction. */
function frameRateOf(track: Fields | undefined): number | undefined {
  const [over, under] = [numberIn(track, 'FrameRate_Num'), numberIn(track, 'FrameRate_Den')]
  return over !== undefined && under !== undefined ? over / under : numberIn(track, 'FrameRate')
}

type Definite<T> = { [K in keyof T]: Exclude<T[K], undefined> }

function withoutAbsent<T extends object>(fields: T): Partial<Definite<T>> {
  // What is left has no undefined in it.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Definite<T>>
}

function mediaIn(tracks: readonly Fields[]): Media {
  const ofType = (...types: readonly string[]) => tracks.filter(track => types.includes(textIn(track, '@type')))
  const [general] = ofType('General')
  const [video] = ofType('Video')
  const [audio] = ofType('Audio')
  const first = video ?? audio
  if (first === undefined) throw headerError('The file has no audio or video track that can be read.')
  return {
    tracks: ofType('Video', 'Audio', 'Text', 'Other').length,
    ...withoutAbsent({
      duration: numberIn(general, 'Duration') ?? numberIn(first, 'Duration'),
      codec: codecOf(textIn(first, 'Format'), textIn(first, 'Format_Version'), textIn(first, 'Format_Profile')),
      frameRate: frameRateOf(video),
      sampleRate: numberIn(audio, 'SamplingRate'),
      width: numberIn(video, 'Width'),
      height: numberIn(video, 'Height'),
      channels: numberIn(audio, 'Channels'),
      bitDepth: numberIn(first, 'BitDepth'),
    }),
  }
}

async function createAnalyser() {
  const require = createRequire(import.meta.url)
  // By its main entry: under the condition "module", which bundlers and test runners set, its exports give the build for
  // browsers, and that fetches the WebAssembly.
  const { main }: { main: string } = require('mediainfo.js/package.json')
  const { mediaInfoFactory }: typeof MediaInfo = require(join(dirname(require.resolve('mediainfo.js/package.json')), main))
  const file = require.resolve('mediainfo.js/MediaInfoModule.wasm')
  return mediaInfoFactory({ format: 'JSON', locateFile: () => file })
}

type Analyser = Awaited<ReturnType<typeof createAnalyser>>

/** Gives the parser what it asks for, and goes where it wants to go, until it has seen enough. */
function analyse(analyser: Analyser, reader: HeaderReader): string {
  const { size } = reader
  let offset = 0
  let lastJump = -1
  analyser.reset()
  analyser.openBufferInit(size, 0)
  for (let piece = 0; piece < maxPieces && offset < size; piece++) {
    const bytes = reader.read(offset, Math.min(pieceBytes, size - offset))
    if (bytes.length === 0) break
    const isFinished = analyser.openBufferContinue(bytes, bytes.length)
    const jump = analyser.openBufferContinueGotoGet()
    if (jump === -1) {
      if (isFinished) break
      lastJump = -1
      offset += bytes.length
    } else {
      // Twice to the same place without anything between: it cannot be satisfied.
      if (jump === lastJump || jump >= size) break
      offset = lastJump = jump
      analyser.openBufferInit(isFinished ? size : positionOnly, jump)
    }
  }
  analyser.openBufferFinalize()
  return analyser.inform()
}

let analyser = lazily(createAnalyser)

/**
 * Reads sound and film with MediaInfoLib (https://mediaarea.net/MediaInfo), compiled to WebAssembly, which is loaded at the
 * first file: then this gives a promise. Throws `input-invalid`. One instance serves all files; it is left for a new one
 * when a file made it fail, since nobody knows what such a failure leaves behind.
 */
export function parseMedia(reader: HeaderReader): Media | Promise<Media> {
  return mapValue(analyser(), one => {
    let json: string
    try {
      json = analyse(one, reader)
    } catch (cause) {
      analyser = lazily(createAnalyser)
      throw headerError(`The file can't be read as audio or video: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
    return mediaIn(tracksIn(json))
  })
}
