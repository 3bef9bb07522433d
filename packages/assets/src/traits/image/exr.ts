import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'

/** OpenEXR File Layout: https://openexr.com/en/latest/OpenEXRFileLayout.html */
export const exrSignature = [0x76, 0x2f, 0x31, 0x01] as const

const maxAttributes = 1024
const maxChannels = 1024
const maxNameBytes = 255
/** Bits of the pixel types UINT, HALF and FLOAT. */
const bitsOfType = [32, 16, 32]

/** The text up to a zero byte. */
function readName(window: HeaderWindow, offset: number): string {
  for (let length = 0; length <= maxNameBytes; length++) if (window.uint8(offset + length) === 0) return window.latin1(offset, length)
  throw headerError(`The OpenEXR has a name longer than ${maxNameBytes} bytes at ${offset}.`)
}

interface Channels {
  readonly count: number
  readonly bitDepth: number
  readonly colorSpace: ColorSpace
}

/** The type of the attribute `channels`: names with their layer before a dot, each with its pixel type. */
function readChannels(window: HeaderWindow, start: number): Channels {
  const bits = new Map<string, number>()
  let [offset, count] = [start, 0]
  for (; window.uint8(offset) !== 0; count++) {
    if (count === maxChannels) throw headerError(`The OpenEXR has more than ${maxChannels} channels.`)
    const name = readName(window, offset)
    offset += name.length + 1
    const type = window.uint32(offset, true)
    const depth = bitsOfType[type]
    if (depth === undefined) throw headerError(`The OpenEXR channel ${JSON.stringify(name)} has the unknown pixel type ${type}.`)
    const short = name.slice(name.lastIndexOf('.') + 1).toUpperCase()
    if (!bits.has(short) || name === short) bits.set(short, depth)
    offset += 16
  }
  const colour = ['R', 'G', 'B'].find(name => bits.has(name))
  if (colour !== undefined) return { count, bitDepth: bits.get(colour) ?? 0, colorSpace: 'rgb' }
  const luminance = bits.get('Y')
  if (luminance !== undefined) return { count, bitDepth: luminance, colorSpace: bits.has('RY') ? 'ycbcr' : 'gray' }
  const [first = 0] = bits.values()
  return { count, bitDepth: first, colorSpace: 'multichannel' }
}

/**
 * What the first part of an OpenEXR is: the size of its data window; the bit depth is that of the colour channels, 16 for
 * half, 32 for float and uint.
 */
export function readExrHeader(window: HeaderWindow): ImageHeader {
  let channels: Channels | undefined
  let size: readonly [number, number] | undefined
  let offset = 8
  for (let attribute = 0; window.uint8(offset) !== 0; attribute++) {
    if (attribute === maxAttributes) throw headerError(`The OpenEXR has more than ${maxAttributes} attributes.`)
    const name = readName(window, offset)
    offset += name.length + 1
    const type = readName(window, offset)
    offset += type.length + 1
    const bytes = window.uint32(offset, true)
    offset += 4
    if (name === 'channels' && type === 'chlist') channels = readChannels(window, offset)
    else if (name === 'dataWindow' && type === 'box2i') {
      const [left, top, right, bottom] = [0, 4, 8, 12].map(at => window.uint32(offset + at, true) | 0)
      size = [(right ?? 0) - (left ?? 0) + 1, (bottom ?? 0) - (top ?? 0) + 1]
    }
    offset += bytes
    if (channels !== undefined && size !== undefined) break
  }
  if (channels === undefined || size === undefined) throw headerError('The OpenEXR has no channels or no data window.')
  const { count, bitDepth, colorSpace } = channels
  return { format: 'exr', width: size[0], height: size[1], channels: count, bitDepth, colorSpace, orientation: 1 }
}
