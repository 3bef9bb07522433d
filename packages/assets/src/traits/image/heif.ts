import { headerError, type HeaderWindow } from '../reader.ts'
import { boxesIn, findBox, fullBoxOf, type Box } from './iso-boxes.ts'
import type { ColorSpace, ImageHeader } from './image-header.ts'

/**
 * HEIF (ISO/IEC 23008-12), its boxes (ISO/IEC 14496-12), AVIF: https://aomediacodec.github.io/av1-avif/ and the codec
 * boxes av1C: https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox and hvcC (ISO/IEC 14496-15, 8.3.3.1)
 */
const imageBrands: ReadonlySet<string> = new Set([
  'avif',
  'avis',
  'mif1',
  'mif2',
  'msf1',
  'heic',
  'heix',
  'hevc',
  'hevx',
  'heim',
  'heis',
  'avci',
])
const maxBrands = 64
/** What auxiliary images with alpha are called, in MIAF and in HEVC. */
const alphaKinds = /:alpha|^urn:mpeg:hevc:2015:auxid:1/

/** The major brand, then the compatible ones; none where no file type box stands first. */
function brandsOf(window: HeaderWindow): readonly string[] {
  if (!window.startsWith(4, [0x66, 0x74, 0x79, 0x70])) return []
  const end = Math.min(window.uint32(0), 8 + 4 * maxBrands, window.size - 3)
  const brands: string[] = []
  for (let offset = 8; offset < end; offset += 4) if (offset !== 12) brands.push(window.latin1(offset, 4))
  return brands
}

/** Whether a file begins like a HEIF or AVIF image, and not like a film, which has the same boxes. */
export function isHeif(window: HeaderWindow): boolean {
  const [major = ''] = brandsOf(window)
  return imageBrands.has(major)
}

/** The properties of an item, in the order in which they apply (ISO/IEC 23008-12, 9.3). */
function propertiesOf(window: HeaderWindow, iprp: Box, item: number): readonly Box[] {
  const all = [...boxesIn(window, findBox(window, iprp, 'ipco'))]
  for (const box of boxesIn(window, iprp)) {
    if (box.type !== 'ipma') continue
    const { version, flags, start } = fullBoxOf(window, box)
    const count = window.uint32(start)
    let offset = start + 4
    for (let entry = 0; entry < count && offset < box.end; entry++) {
      const id = version === 0 ? window.uint16(offset) : window.uint32(offset)
      offset += version === 0 ? 2 : 4
      const associations = window.uint8(offset++)
      const wide = (flags & 1) === 1
      if (id === item) {
        return Array.from({ length: associations }, (_, index) =>
          wide ? window.uint16(offset + 2 * index) & 0x7fff : window.uint8(offset + index) & 0x7f,
        ).flatMap(index => all[index - 1] ?? [])
      }
      offset += associations * (wide ? 2 : 1)
    }
  }
  return []
}

/** Whether an auxiliary image, which is alpha, refers to an item (ISO/IEC 23008-12, 6.6.2.1.1). */
function hasAlpha(window: HeaderWindow, meta: Box, iprp: Box, item: number): boolean {
  const references = [...boxesIn(window, meta)].find(({ type }) => type === 'iref')
  if (references === undefined) return false
  const { version, start } = fullBoxOf(window, references)
  const idBytes = version === 0 ? 2 : 4
  const idAt = (offset: number) => (idBytes === 2 ? window.uint16(offset) : window.uint32(offset))
  for (const { type, start: from, end } of boxesIn(window, { ...references, start })) {
    if (type !== 'auxl') continue
    const count = window.uint16(from + idBytes)
    for (let index = 0; index < count && from + idBytes + 2 + index * idBytes < end; index++) {
      if (idAt(from + idBytes + 2 + index * idBytes) !== item) continue
      const kind = propertiesOf(window, iprp, idAt(from)).find(property => property.type === 'auxC')
      if (kind !== undefined && alphaKinds.test(window.latin1(kind.start + 4, Math.min(64, kind.end - kind.start - 4)))) return true
    }
  }
  return false
}

/** Bits and channels as the codec's configuration tells them. */
function codecOf(window: HeaderWindow, property: Box | undefined): { bitDepth: number; isGray: boolean } | undefined {
  if (property?.type === 'av1C') {
    const flags = window.uint8(property.start + 2)
    const bitDepth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12
    return { bitDepth, isGray: (flags & 0x10) !== 0 }
  }
  if (property?.type === 'hvcC') {
    return { bitDepth: (window.uint8(property.start + 17) & 7) + 8, isGray: (window.uint8(property.start + 16) & 3) === 0 }
  }
  return undefined
}

/** Exif's number for a turn by `angle` × 90° against the clock, then a mirror about axis 0 (top and bottom change places) or 1. */
function orientationOf(angle: number, axis: number | undefined): number {
  if (axis === undefined) return [1, 8, 3, 6][angle] ?? 1
  return (axis === 0 ? [4, 5, 2, 7] : [2, 7, 4, 5])[angle] ?? 1
}

function orientationIn(window: HeaderWindow, properties: readonly Box[]): number {
  let angle = 0
  let axis: number | undefined
  for (const { type, start } of properties) {
    // A turn that follows a mirror is the opposite turn before it.
    if (type === 'irot') angle = (angle + (axis === undefined ? 1 : 3) * (window.uint8(start) & 3)) % 4
    else if (type === 'imir') axis = window.uint8(start) & 1
  }
  return orientationOf(angle, axis)
}

/** The size that is shown: of the clean aperture (ISO/IEC 14496-12, 12.1.4), where an encoder padded the image, or all. */
function sizeOf(window: HeaderWindow, extents: Box, aperture: Box | undefined): Pick<ImageHeader, 'width' | 'height'> {
  const whole = { width: window.uint32(extents.start + 4), height: window.uint32(extents.start + 8) }
  if (aperture === undefined) return whole
  const [width, widthOver, height, heightOver] = [0, 4, 8, 12].map(at => window.uint32(aperture.start + at))
  const shown = { width: Math.round((width ?? 0) / (widthOver ?? 1)), height: Math.round((height ?? 0) / (heightOver ?? 1)) }
  const isSane = shown.width >= 1 && shown.height >= 1 && shown.width <= whole.width && shown.height <= whole.height
  return isSane ? shown : whole
}

/** What the primary image of a HEIF or AVIF is; width and height before the file's own turns and mirrors. */
export function readHeifHeader(window: HeaderWindow): ImageHeader {
  const isAvif = brandsOf(window).some(brand => brand === 'avif' || brand === 'avis')
  const file = { type: '', start: 0, end: window.size }
  const full = findBox(window, file, 'meta')
  const meta = { ...full, start: fullBoxOf(window, full).start }
  const primary = fullBoxOf(window, findBox(window, meta, 'pitm'))
  const item = primary.version === 0 ? window.uint16(primary.start) : window.uint32(primary.start)
  const iprp = findBox(window, meta, 'iprp')
  const properties = propertiesOf(window, iprp, item)
  const property = (type: string) => properties.find(one => one.type === type)
  const extents = property('ispe')
  if (extents === undefined) throw headerError('The HEIF does not contain the size of its primary image.')
  // The tiles of a grid have the codec's configuration, the grid itself has none.
  const codec = codecOf(
    window,
    property('av1C') ??
      property('hvcC') ??
      [...boxesIn(window, findBox(window, iprp, 'ipco'))].find(({ type }) => type === 'av1C' || type === 'hvcC'),
  )
  const pixel = property('pixi')
  const planes = pixel === undefined ? (codec?.isGray === true ? 1 : 3) : window.uint8(pixel.start + 4)
  const bitDepth = pixel === undefined ? (codec?.bitDepth ?? 8) : window.uint8(pixel.start + 5)
  const colour = properties.find(({ type, start }) => type === 'colr' && window.latin1(start, 4) === 'nclx')
  const isRgb = colour !== undefined && window.uint16(colour.start + 8) === 0
  const colorSpace: ColorSpace = planes === 1 || codec?.isGray === true ? 'gray' : isRgb ? 'rgb' : 'ycbcr'
  return {
    format: isAvif ? 'avif' : 'heif',
    ...sizeOf(window, extents, property('clap')),
    channels: planes + (hasAlpha(window, meta, iprp, item) ? 1 : 0),
    bitDepth,
    colorSpace,
    orientation: orientationIn(window, properties),
  }
}
