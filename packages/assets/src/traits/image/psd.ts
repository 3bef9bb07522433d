import { headerError, type HeaderWindow } from '../reader.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'

/** Adobe Photoshop File Formats Specification, File Header Section: https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ */
export const psdSignature = [0x38, 0x42, 0x50, 0x53] as const

const colorSpaces: ReadonlyMap<number, ColorSpace> = new Map([
  [0, 'gray'],
  [1, 'gray'],
  [2, 'indexed'],
  [3, 'rgb'],
  [4, 'cmyk'],
  [7, 'multichannel'],
  [8, 'duotone'],
  [9, 'lab'],
])

/** What a PSD or PSB is. */
export function readPsdHeader(window: HeaderWindow): ImageHeader {
  const version = window.uint16(4)
  if (version !== 1 && version !== 2) throw headerError(`The PSD has the unknown version ${version}.`)
  const mode = window.uint16(24)
  const colorSpace = colorSpaces.get(mode)
  if (colorSpace === undefined) throw headerError(`The PSD has the unknown colour mode ${mode}.`)
  const stored = window.uint16(12)
  const channels = colorSpace === 'indexed' && stored > 0 ? stored + 2 : stored
  const [height, width, bitDepth] = [window.uint32(14), window.uint32(18), window.uint16(22)]
  return { format: 'psd', width, height, channels, bitDepth, colorSpace, orientation: 1 }
}
