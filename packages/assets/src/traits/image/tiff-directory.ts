import { headerError, type HeaderWindow } from '../reader.ts'

const maxEntries = 4096
/** Bytes of a value by its type: TIFF 6.0, section 2, and 16 to 18 of BigTIFF. */
const typeBytes: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [3, 2],
  [4, 4],
  [13, 4],
  [16, 8],
  [18, 8],
])

/** A TIFF, or the TIFF in which Exif stands: TIFF 6.0, section 2: https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf */
export class TiffDirectory {
  readonly #window: HeaderWindow
  readonly #base: number
  readonly #littleEndian: boolean
  readonly #isBig: boolean
  readonly #directory: number
  readonly #count: number

  /** The first directory of the TIFF that begins at `base`. Throws `input-invalid`. */
  constructor(window: HeaderWindow, base: number) {
    this.#window = window
    this.#base = base
    this.#littleEndian = window.uint8(base) === 0x49
    const version = this.#uint16(base + 2)
    this.#isBig = version === 43
    if (version !== 42 && version !== 43) throw headerError(`The TIFF has the unknown version ${version}.`)
    if (this.#isBig && this.#uint16(base + 4) !== 8) throw headerError('The BigTIFF has offsets that are not 8 bytes wide.')
    this.#directory = base + this.#offset(base + (this.#isBig ? 8 : 4))
    this.#count = this.#isBig ? window.uint64(this.#directory, this.#littleEndian) : this.#uint16(this.#directory)
    if (this.#count > maxEntries) throw headerError(`The TIFF directory has ${this.#count} entries; at most ${maxEntries} are read.`)
  }

  /** The tags of the directory and where their entries stand, in the order of the file. */
  *entries(): Generator<readonly [tag: number, entry: number]> {
    const { entryBytes, first } = this.#isBig ? { entryBytes: 20, first: 8 } : { entryBytes: 12, first: 2 }
    for (let index = 0; index < this.#count; index++) {
      const entry = this.#directory + first + index * entryBytes
      yield [this.#uint16(entry), entry]
    }
  }

  /** How many values an entry has. */
  countOf(entry: number): number {
    return this.#offset(entry + 4)
  }

  /** The first value of an entry of whole numbers. Throws `input-invalid` for another one. */
  valueOf(entry: number): number {
    const type = this.#uint16(entry + 2)
    const bytes = typeBytes.get(type)
    if (bytes === undefined) throw headerError(`The TIFF entry ${this.#uint16(entry)} has the type ${type}, which is not a whole number.`)
    const place = entry + (this.#isBig ? 12 : 8)
    // Values that don't fit into the entry stand elsewhere, and the entry says where.
    const at = bytes * this.countOf(entry) > (this.#isBig ? 8 : 4) ? this.#base + this.#offset(place) : place
    if (bytes === 1) return this.#window.uint8(at)
    if (bytes === 2) return this.#uint16(at)
    return bytes === 4 ? this.#window.uint32(at, this.#littleEndian) : this.#window.uint64(at, this.#littleEndian)
  }

  #uint16(at: number): number {
    return this.#window.uint16(at, this.#littleEndian)
  }

  #offset(at: number): number {
    return this.#isBig ? this.#window.uint64(at, this.#littleEndian) : this.#window.uint32(at, this.#littleEndian)
  }
}

const orientationTag = 274

/** 1 to 8; anything else, which no reader would follow, counts as 1. */
export function legalOrientation(value: number): number {
  return value >= 1 && value <= 8 ? value : 1
}

/**
 * The orientation in Exif (CIPA DC-008, 4.6.5.1.6: https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E)
 * that begins at `base`; 1 where it tells none. Damaged Exif does no harm to the image, so it counts as none.
 */
export function exifOrientation(window: HeaderWindow, base: number): number {
  const isTiff = window.startsWith(base, [0x49, 0x49, 42, 0]) || window.startsWith(base, [0x4d, 0x4d, 0, 42])
  if (!isTiff) return 1
  return window.attempt(1, () => {
    const directory = new TiffDirectory(window, base)
    for (const [tag, entry] of directory.entries()) if (tag === orientationTag) return legalOrientation(directory.valueOf(entry))
    return 1
  })
}
