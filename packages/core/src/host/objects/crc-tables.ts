/** How many bytes a step takes. */
const slices = 8
const rows = 256

/** A table for each byte of a step: what that byte, so many bytes before the end of the step, adds to the checksum. */
interface Tables {
  readonly high: Int32Array
  readonly low: Int32Array
}

/** Tables of a reflected polynomial of 64 bits, in two halves; one of 32 bits has its own in the low half. */
function tablesOf(high: number, low: number, topBit: 31 | 63): Tables {
  const tables = { high: new Int32Array(slices * rows), low: new Int32Array(slices * rows) }
  const shift = (h: number, l: number, bits: number): [number, number] =>
    topBit === 63 ? [h >>> bits, (l >>> bits) | (h << (32 - bits))] : [0, l >>> bits]
  for (let byte = 0; byte < rows; byte++) {
    let [h, l] = [0, byte]
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      ;[h, l] = shift(h, l, 1)
      if (carry === 1) {
        h ^= high
        l ^= low
      }
    }
    tables.high[byte] = h
    tables.low[byte] = l
  }
  for (let at = rows; at < slices * rows; at++) {
    const [before, beforeLow] = [tables.high[at - rows] ?? 0, tables.low[at - rows] ?? 0]
    const [h, l] = shift(before, beforeLow, 8)
    tables.high[at] = h ^ (tables.high[beforeLow & 255] ?? 0)
    tables.low[at] = l ^ (tables.low[beforeLow & 255] ?? 0)
  }
  return tables
}

/** A running checksum over tables: both begin with all bits set and end with all bits turned over. */
export interface RunningCrc {
  update(bytes: Uint8Array): void
  /** Lower-case hex. */
  digest(): string
}

function running({ high, low }: Tables, topBit: 31 | 63): RunningCrc {
  let h = topBit === 63 ? -1 : 0
  let l = -1
  const at = (table: Int32Array, index: number): number => table[index] ?? 0
  return {
    update(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const whole = bytes.byteLength - (bytes.byteLength % slices)
      for (let index = 0; index < whole; index += slices) {
        const a = l ^ view.getInt32(index, true)
        const b = h ^ view.getInt32(index + 4, true)
        const i0 = 7 * rows + (a & 255)
        const i1 = 6 * rows + ((a >>> 8) & 255)
        const i2 = 5 * rows + ((a >>> 16) & 255)
        const i3 = 4 * rows + (a >>> 24)
        const i4 = 3 * rows + (b & 255)
        const i5 = 2 * rows + ((b >>> 8) & 255)
        const i6 = rows + ((b >>> 16) & 255)
        const i7 = b >>> 24
        l = at(low, i0) ^ at(low, i1) ^ at(low, i2) ^ at(low, i3) ^ at(low, i4) ^ at(low, i5) ^ at(low, i6) ^ at(low, i7)
        h = at(high, i0) ^ at(high, i1) ^ at(high, i2) ^ at(high, i3) ^ at(high, i4) ^ at(high, i5) ^ at(high, i6) ^ at(high, i7)
      }
      for (let index = whole; index < bytes.byteLength; index++) {
        const entry = (l ^ (bytes[index] ?? 0)) & 255
        l = (topBit === 63 ? (l >>> 8) | (h << 24) : l >>> 8) ^ at(low, entry)
        h = (h >>> 8) ^ at(high, entry)
      }
    },
    digest: () => (topBit === 63 ? hex(~h) : '') + hex(~l),
  }
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0')
}

const makers = {
  /** CRC-32C (Castagnoli), RFC 3720 appendix B.4. */
  crc32c: () => ({ tables: tablesOf(0, 0x82f63b78, 31), topBit: 31 }) as const,
  /** CRC-64/NVME, NVM Express NVM Command Set §5.2.1.3.4; what S3 computes of bodies that come without a checksum. */
  crc64nvme: () => ({ tables: tablesOf(0x9a6c9329, 0xac4bc9b5, 63), topBit: 63 }) as const,
}

/** Makes the tables of a checksum when it is first begun. */
export function createCrcs(): (algorithm: keyof typeof makers) => RunningCrc {
  const made = new Map<keyof typeof makers, ReturnType<(typeof makers)[keyof typeof makers]>>()
  return algorithm => {
    const known = made.get(algorithm) ?? makers[algorithm]()
    made.set(algorithm, known)
    return running(known.tables, known.topBit)
  }
}
