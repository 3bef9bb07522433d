import type { Picture } from './picture.ts'

/*
 * Baseline JPEG (ITU-T T.81): three channels without subsampling. Its Huffman tables give every symbol a code of one
 * length (4 bits for DC, 8 for AC): a little larger than the customary tables, and nothing to look up.
 */

const zigzag = (() => {
  const cells = Array.from({ length: 64 }, (_, index) => ({ x: index % 8, y: Math.floor(index / 8) }))
  const along = ({ x, y }: { x: number; y: number }) => ((x + y) % 2 === 0 ? x : y)
  return cells.toSorted((a, b) => a.x + a.y - (b.x + b.y) || along(a) - along(b)).map(({ x, y }) => y * 8 + x)
})()

const quantum = 6
const dcSymbols = Array.from({ length: 12 }, (_, size) => size)
const acSymbols = [0x00, 0xf0, ...Array.from({ length: 16 * 10 }, (_, index) => (Math.floor(index / 10) << 4) | ((index % 10) + 1))]

const cosines = Array.from({ length: 64 }, (_, index) => Math.cos(((2 * (index % 8) + 1) * Math.floor(index / 8) * Math.PI) / 16))

class BitWriter {
  readonly bytes: number[] = []
  private held = 0
  private count = 0

  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.held = (this.held << 1) | ((value >> bit) & 1)
      if (++this.count < 8) continue
      this.bytes.push(this.held)
      // A 0xff in the data is followed by a zero, or it would begin a marker.
      if (this.held === 0xff) this.bytes.push(0)
      this.held = 0
      this.count = 0
    }
  }

  flush(): void {
    while (this.count !== 0) this.write(1, 1)
  }
}

/** The discrete cosine transform of an 8×8 block, one axis after the other. */
function transform(block: readonly number[]): number[] {
  const pass = (values: readonly number[], index: (line: number, place: number) => number): number[] => {
    const out = new Array<number>(64).fill(0)
    for (let line = 0; line < 8; line++) {
      for (let frequency = 0; frequency < 8; frequency++) {
        let sum = 0
        for (let place = 0; place < 8; place++) sum += (values[index(line, place)] ?? 0) * (cosines[frequency * 8 + place] ?? 0)
        out[index(line, frequency)] = (sum / 2) * (frequency === 0 ? Math.SQRT1_2 : 1)
      }
    }
    return out
  }
  return pass(
    pass(block, (line, place) => line * 8 + place),
    (line, place) => place * 8 + line,
  )
}

function sizeOf(value: number): number {
  return 32 - Math.clz32(Math.abs(value))
}

function writeValue(bits: BitWriter, value: number, size: number): void {
  bits.write(value < 0 ? value + 2 ** size - 1 : value, size)
}

/** Writes one block and returns its DC value, from which the next one of this channel differs. */
function writeBlock(bits: BitWriter, block: readonly number[], previous: number): number {
  const spectrum = transform(block)
  const values = zigzag.map(cell => Math.round((spectrum[cell] ?? 0) / quantum))
  const dc = values[0] ?? 0
  const difference = dc - previous
  bits.write(dcSymbols.indexOf(sizeOf(difference)), 4)
  writeValue(bits, difference, sizeOf(difference))
  let zeros = 0
  for (const value of values.slice(1)) {
    if (value === 0) zeros++
    else {
      for (; zeros > 15; zeros -= 16) bits.write(acSymbols.indexOf(0xf0), 8)
      bits.write(acSymbols.indexOf((zeros << 4) | sizeOf(value)), 8)
      writeValue(bits, value, sizeOf(value))
      zeros = 0
    }
  }
  if (zeros > 0) bits.write(acSymbols.indexOf(0x00), 8)
  return dc
}

function channel([red, green, blue]: readonly [number, number, number], index: number): number {
  if (index === 0) return 0.299 * red + 0.587 * green + 0.114 * blue - 128
  return index === 1 ? -0.168736 * red - 0.331264 * green + 0.5 * blue : 0.5 * red - 0.418688 * green - 0.081312 * blue
}

function segment(marker: number, data: readonly number[]): number[] {
  return [0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data]
}

function table(kind: number, bits: number, symbols: readonly number[]): number[] {
  return segment(0xc4, [kind, ...Array.from({ length: 16 }, (_, index) => (index + 1 === bits ? symbols.length : 0)), ...symbols])
}

/** A baseline JPEG file; pixels beyond the edge repeat the last one. */
export function encodeJpeg({ width, height, pixel }: Picture): Uint8Array {
  const bits = new BitWriter()
  const dc = [0, 0, 0]
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      const colours = Array.from({ length: 64 }, (_, index) =>
        pixel(Math.min(left + (index % 8), width - 1), Math.min(top + Math.floor(index / 8), height - 1)),
      )
      for (let index = 0; index < 3; index++) {
        dc[index] = writeBlock(
          bits,
          colours.map(colour => channel(colour, index)),
          dc[index] ?? 0,
        )
      }
    }
  }
  bits.flush()
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff]
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...new Array<number>(64).fill(quantum)]),
    ...segment(0xc0, [8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
    ...table(0x00, 4, dcSymbols),
    ...table(0x10, 8, acSymbols),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
    ...bits.bytes,
    ...[0xff, 0xd9],
  ])
}
