import { inflateSync, zstdDecompressSync } from 'node:zlib'
import { FairleadError } from '../../contract/errors.ts'
import { type FileWindow, readUint64 } from './file-window.ts'

/** The block layer of a squashfs 4.0 image: decompressed data blocks, and reading across its 8 KiB metadata blocks. */
export interface SquashfsBlocks {
  readonly blockBytes: number
  readonly rootInode: { readonly block: number; readonly offset: number }
  readonly inodeTable: number
  readonly directoryTable: number
  /** One data block or fragment; `sizeField` as stored: bit 24 says it is not compressed, zero that it is all zeros. */
  data(offset: number, sizeField: number, expected: number): Buffer
  /** A reader in the metadata that begins at `block`, `offset` bytes into its decompressed content. */
  metadata(block: number, offset: number, what: string): MetadataReader
  /** Where fragment number `index` lies. */
  fragment(index: number): { readonly offset: number; readonly sizeField: number }
}

interface MetadataReader {
  /** The next bytes; at most 1 MiB. */
  take(length: number): Buffer
}

const superblockBytes = 96
const metadataBytes = 8192
const uncompressedMetadata = 0x8000
const uncompressedData = 0x1000000
const maxTakeBytes = 1024 * 1024
const compressions: Readonly<Record<number, string>> = { 1: 'gzip', 2: 'lzma', 3: 'lzo', 4: 'xz', 5: 'lz4', 6: 'zstd' }
const compressedBound = 1024 * 1024

/** The image can't be read here, for a reason that is no fault of it: `message` names the compression. */
export class UnreadableCompression extends Error {}

/** Reads the superblock. `input-invalid` when it isn't one of squashfs 4.0; throws {@link UnreadableCompression} for xz, lzo, lzma, lz4. */
export function openSquashfs(image: FileWindow): SquashfsBlocks {
  const superblock = image.read(0, superblockBytes, 'the squashfs superblock')
  if (superblock.toString('latin1', 0, 4) !== 'hsqs' || superblock.readUInt16LE(28) !== 4)
    throw invalid('the partition is not a squashfs 4.0 image')
  const blockBytes = superblock.readUInt32LE(12)
  if (blockBytes < 4096 || blockBytes > compressedBound || (blockBytes & (blockBytes - 1)) !== 0)
    throw invalid(`a block size of ${blockBytes} bytes is not allowed`)
  const fragments = superblock.readUInt32LE(16)
  const decompress = decompressor(superblock.readUInt16LE(20))
  const inodeTable = readUint64(superblock, 64)
  const directoryTable = readUint64(superblock, 72)
  const fragmentTable = readUint64(superblock, 80)
  const root = superblock.readBigUInt64LE(32)

  const metadataBlock = (at: number, what: string): { readonly content: Buffer; readonly next: number } => {
    const header = image.read(at, 2, what).readUInt16LE(0)
    const size = header & (uncompressedMetadata - 1)
    if (size === 0 || size > metadataBytes) throw invalid(`${what} has a block of ${size} bytes`)
    const stored = image.read(at + 2, size, what)
    const content = (header & uncompressedMetadata) === 0 ? decompress(stored, metadataBytes, what) : stored
    if (content.length === 0) throw invalid(`${what} has an empty block`)
    return { content, next: at + 2 + size }
  }

  const metadata = (block: number, offset: number, what: string): MetadataReader => {
    let current = metadataBlock(block, what)
    let position = offset
    return {
      take(length) {
        if (length > maxTakeBytes) throw invalid(`${what} is ${length} bytes long, more than ${maxTakeBytes}`)
        const parts: Buffer[] = []
        for (let missing = length; missing > 0;) {
          if (position >= current.content.length) {
            position -= current.content.length
            current = metadataBlock(current.next, what)
            continue
          }
          const part = current.content.subarray(position, position + missing)
          parts.push(part)
          position += part.length
          missing -= part.length
        }
        return Buffer.concat(parts, length)
      },
    }
  }

  return {
    blockBytes,
    rootInode: { block: Number(root >> 16n), offset: Number(root & 0xffffn) },
    inodeTable,
    directoryTable,
    metadata,
    data(offset, sizeField, expected) {
      if (expected > blockBytes) throw invalid(`a tail of ${expected} bytes does not fit into a fragment`)
      if (sizeField === 0) return Buffer.alloc(expected)
      const size = sizeField & (uncompressedData - 1)
      if (size > blockBytes) throw invalid(`a data block of ${size} bytes is larger than ${blockBytes}`)
      const stored = image.read(offset, size, 'a data block')
      const content = (sizeField & uncompressedData) === 0 ? decompress(stored, blockBytes, 'a data block') : stored
      if (content.length < expected) throw invalid(`a data block has ${content.length} bytes instead of ${expected}`)
      return content
    },
    fragment(index) {
      if (index >= fragments) throw invalid(`there is no fragment ${index}; there are only ${fragments}`)
      const perBlock = metadataBytes / 16
      const pointer = image.read(fragmentTable + Math.floor(index / perBlock) * 8, 8, 'the fragment table')
      const entry = metadata(readUint64(pointer, 0), (index % perBlock) * 16, 'the fragment table').take(16)
      return { offset: readUint64(entry, 0), sizeField: entry.readUInt32LE(8) }
    },
  }
}

function decompressor(id: number): (stored: Buffer, maxBytes: number, what: string) => Buffer {
  const name = compressions[id]
  if (name === undefined) throw invalid(`compression ${id} does not exist`)
  if (name !== 'gzip' && name !== 'zstd') throw new UnreadableCompression(name)
  const unpack = name === 'gzip' ? inflateSync : zstdDecompressSync
  return (stored, maxBytes, what) => {
    try {
      return unpack(stored, { maxOutputLength: maxBytes })
    } catch (cause) {
      throw new FairleadError('input-invalid', `${what} can't be decompressed (${name})`, { cause })
    }
  }
}

function invalid(problem: string): FairleadError {
  return new FairleadError('input-invalid', `the squashfs image is damaged: ${problem}`)
}
