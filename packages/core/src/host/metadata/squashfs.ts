import { FairleadError } from '../../contract/errors.ts'
import type { FileWindow } from './file-window.ts'
import { openSquashfs, type SquashfsBlocks } from './squashfs-blocks.ts'

/** Looks single paths up in a squashfs 4.0 image and reads small files whole; nothing is unpacked or mounted. */
export interface Squashfs {
  /** The file's content; `undefined` when there is no regular file at the path. `input-invalid` above `maxBytes`. */
  file(path: string, maxBytes: number): Buffer | undefined
  /** The names in a folder; empty when there is no folder at the path. */
  names(path: string): readonly string[]
}

// Inode and directory layouts: the squashfs 4.0 format as the Linux kernel documents it (Documentation/filesystems/squashfs.rst).
type Inode =
  | { readonly kind: 'directory'; readonly block: number; readonly offset: number; readonly size: number }
  | {
      readonly kind: 'file'
      readonly start: number
      readonly size: number
      readonly fragment: number
      readonly fragmentOffset: number
      readonly blocks: (count: number) => Buffer
    }
  | { readonly kind: 'other' }

interface DirectoryEntry {
  readonly name: string
  readonly block: number
  readonly offset: number
}

const noFragment = 0xffffffff
const maxEntriesPerHeader = 256

/** Opens an image. Throws as {@link openSquashfs} does; every later read is bounded and `input-invalid` when the image is damaged. */
export function readSquashfs(image: FileWindow): Squashfs {
  const blocks = openSquashfs(image)
  // Every lookup passes through the same few folders; in a hostile image each may be as large as allowed.
  const listings = new Map<string, readonly DirectoryEntry[]>()
  const list = (directory: Extract<Inode, { kind: 'directory' }>) => {
    const key = `${directory.block}:${directory.offset}:${directory.size}`
    const known = listings.get(key) ?? listDirectory(blocks, directory)
    listings.set(key, known)
    return known
  }
  const lookUp = (path: string): Inode | undefined => {
    let inode = readInode(blocks, blocks.rootInode.block, blocks.rootInode.offset)
    for (const segment of path.split('/').filter(part => part !== '')) {
      if (inode.kind !== 'directory') return undefined
      const entry = list(inode).find(({ name }) => name === segment)
      if (entry === undefined) return undefined
      inode = readInode(blocks, entry.block, entry.offset)
    }
    return inode
  }
  return {
    file(path, maxBytes) {
      const inode = lookUp(path)
      if (inode?.kind !== 'file') return undefined
      if (inode.size > maxBytes) throw new FairleadError('input-invalid', `${path} has ${inode.size} bytes, more than ${maxBytes}`)
      return readContent(blocks, inode)
    },
    names(path) {
      const inode = lookUp(path)
      return inode?.kind === 'directory' ? list(inode).map(({ name }) => name) : []
    },
  }
}

function readInode(blocks: SquashfsBlocks, block: number, offset: number): Inode {
  const reader = blocks.metadata(blocks.inodeTable + block, offset, 'the inode table')
  const type = reader.take(16).readUInt16LE(0)
  const blockSizes = (count: number) => reader.take(count * 4)
  switch (type) {
    case 1: {
      const fields = reader.take(16)
      return { kind: 'directory', block: fields.readUInt32LE(0), size: fields.readUInt16LE(8), offset: fields.readUInt16LE(10) }
    }
    case 8: {
      const fields = reader.take(24)
      return { kind: 'directory', size: fields.readUInt32LE(4), block: fields.readUInt32LE(8), offset: fields.readUInt16LE(18) }
    }
    case 2: {
      const fields = reader.take(16)
      return {
        kind: 'file',
        start: fields.readUInt32LE(0),
        fragment: fields.readUInt32LE(4),
        fragmentOffset: fields.readUInt32LE(8),
        size: fields.readUInt32LE(12),
        blocks: blockSizes,
      }
    }
    case 9: {
      const fields = reader.take(40)
      return {
        kind: 'file',
        start: Number(fields.readBigUInt64LE(0)),
        size: Number(fields.readBigUInt64LE(8)),
        fragment: fields.readUInt32LE(28),
        fragmentOffset: fields.readUInt32LE(32),
        blocks: blockSizes,
      }
    }
    default:
      return { kind: 'other' }
  }
}

function listDirectory(blocks: SquashfsBlocks, directory: Extract<Inode, { kind: 'directory' }>): DirectoryEntry[] {
  // The stored size counts three bytes for `.` and `..`, which are not stored.
  const size = directory.size - 3
  if (size <= 0) return []
  const listing = blocks.metadata(blocks.directoryTable + directory.block, directory.offset, 'the directory table').take(size)
  const entries: DirectoryEntry[] = []
  for (let at = 0; at + 12 <= listing.length;) {
    const count = listing.readUInt32LE(at) + 1
    const block = listing.readUInt32LE(at + 4)
    if (count > maxEntriesPerHeader)
      throw new FairleadError('input-invalid', `the squashfs image is damaged: a directory header counts ${count} entries`)
    at += 12
    for (let index = 0; index < count; index++) {
      const nameStart = at + 8
      const end = nameStart + (at + 8 <= listing.length ? listing.readUInt16LE(at + 6) + 1 : 0)
      if (nameStart > listing.length || end > listing.length)
        throw new FairleadError('input-invalid', 'the squashfs image is damaged: a directory is cut off')
      entries.push({ name: listing.toString('utf8', nameStart, end), block, offset: listing.readUInt16LE(at) })
      at = end
    }
  }
  return entries
}

function readContent(blocks: SquashfsBlocks, file: Extract<Inode, { kind: 'file' }>): Buffer {
  const { blockBytes } = blocks
  const whole = file.fragment === noFragment ? Math.ceil(file.size / blockBytes) : Math.floor(file.size / blockBytes)
  const sizes = file.blocks(whole)
  const parts: Buffer[] = []
  let offset = file.start
  for (let index = 0; index < whole; index++) {
    const expected = Math.min(blockBytes, file.size - index * blockBytes)
    const sizeField = sizes.readUInt32LE(index * 4)
    parts.push(blocks.data(offset, sizeField, expected).subarray(0, expected))
    offset += sizeField & 0xffffff
  }
  const tail = file.size - whole * blockBytes
  if (tail > 0) {
    const fragment = blocks.fragment(file.fragment)
    const end = file.fragmentOffset + tail
    parts.push(blocks.data(fragment.offset, fragment.sizeField, end).subarray(file.fragmentOffset, end))
  }
  return Buffer.concat(parts, file.size)
}
