import { FairleadError } from '@fairlead/core'

/** The most bytes that key and value of one pair of appProperties take together, and the most pairs of one app. */
const pairBytes = 124
const mostPairs = 30
/** Pairs that are never used for what people set. */
const reservedPairs = 8

/** Pairs of appProperties: private to the OAuth client that set them. */
export type Properties = Readonly<Record<string, string>>

const size = (text: string): number => Buffer.byteLength(text)

/** Metadata of an object as pairs. `input-invalid` for more than Drive has room for. */
export function metadataProperties(metadata: Readonly<Record<string, string>> | undefined): Properties {
  if (metadata === undefined || Object.keys(metadata).length === 0) return {}
  const pairs = inChunks('m', JSON.stringify(metadata))
  if (Object.keys(pairs).length > mostPairs - reservedPairs)
    throw new FairleadError('input-invalid', 'the metadata is larger than Drive allows', { hint: 'Shorten it.' })
  return pairs
}

/** The metadata that pairs hold. */
export function metadataIn(properties: Properties): Readonly<Record<string, string>> | undefined {
  const value = jsonIn('m', properties)
  if (typeof value !== 'object' || value === null) return undefined
  const pairs = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}

/** A long text in pieces that each fit a pair: `m0`, `m1` …, cut between characters. */
export function inChunks(key: string, text: string): Properties {
  const most = pairBytes - size(key) - 2
  const chunks: string[] = []
  let chunk = ''
  let bytes = 0
  for (const character of text) {
    const more = size(character)
    if (bytes + more > most) {
      chunks.push(chunk)
      chunk = ''
      bytes = 0
    }
    chunk += character
    bytes += more
  }
  chunks.push(chunk)
  return Object.fromEntries(chunks.map((piece, index) => [`${key}${index}`, piece]))
}

/** What {@link inChunks} had cut, read as JSON; undefined where it is not there or no JSON. */
export function jsonIn(key: string, properties: Properties): unknown {
  let text = ''
  for (let index = 0; properties[`${key}${index}`] !== undefined; index += 1) text += properties[`${key}${index}`]
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Another program uses a key of this form.
    return undefined
  }
}

/** Whether a pair has room. */
export function fits(key: string, value: string): boolean {
  return size(key) + size(value) <= pairBytes
}

/** Whether so many pairs have room in one file. */
export function fitTogether(properties: Properties): boolean {
  return Object.keys(properties).length <= mostPairs
}

/** What to send so that a file has exactly these pairs: null takes away what it had before. */
export function replacing(before: Properties, after: Properties): Readonly<Record<string, string | null>> {
  return { ...Object.fromEntries(Object.keys(before).map(key => [key, null])), ...after }
}
