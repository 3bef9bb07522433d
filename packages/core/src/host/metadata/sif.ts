import { FairleadError } from '../../contract/errors.ts'
import { type FileWindow, readUint64 } from './file-window.ts'

/** One data object of a SIF file. Types and file systems that have no name here keep their number. */
export interface SifObject {
  readonly type: 'definition' | 'environment' | 'labels' | 'partition' | 'json' | 'other'
  readonly name: string
  readonly data: FileWindow
  /** Of partitions only. */
  readonly fileSystem?: 'squashfs' | 'ext3' | 'encrypted squashfs' | 'other'
  readonly primary?: boolean
}

/** What the header of a SIF image says. */
export interface SifImage {
  /** Of the SIF specification, such as `01`. */
  readonly version: string
  /** The machine the primary partition is for, in Go's names; absent when unknown. */
  readonly architecture?: string
  readonly objects: readonly SifObject[]
}

// Layout of the global header and of descriptors: SIF specification, version 01 (packed, little endian).
const headerBytes = 128
const descriptorBytes = 585
const maxDescriptors = 4096
const types: Readonly<Record<number, SifObject['type']>> = {
  0x4001: 'definition',
  0x4002: 'environment',
  0x4003: 'labels',
  0x4004: 'partition',
  0x4006: 'json',
}
const fileSystems: Readonly<Record<number, NonNullable<SifObject['fileSystem']>>> = { 1: 'squashfs', 2: 'ext3', 5: 'encrypted squashfs' }
const architectures = ['', '386', 'amd64', 'arm', 'arm64', 'ppc64', 'ppc64le', 'mips', 'mipsle', 'mips64', 'mips64le', 's390x', 'riscv64']
const primaryPartition = 2

/** True when a file begins as a SIF image does; needs its first 42 bytes. */
export function isSif(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(32, 42)).toString('latin1') === 'SIF_MAGIC\0'
}

/** Reads the header and the descriptor table. `input-invalid` when the file is no SIF image, is cut off, or points outside itself. */
export function readSif(file: FileWindow): SifImage {
  const header = file.read(0, headerBytes, 'the SIF header')
  if (!isSif(header)) throw new FairleadError('input-invalid', 'not a SIF image: its magic is missing')
  const version = cString(header.subarray(42, 45))
  const architecture = architectures[Number(cString(header.subarray(45, 48)))]
  const total = readUint64(header, 88)
  const offset = readUint64(header, 96)
  if (total > maxDescriptors)
    throw new FairleadError('input-invalid', `the SIF header announces ${total} descriptors, more than ${maxDescriptors}`)
  const table = file.read(offset, total * descriptorBytes, 'the SIF descriptor table')
  const objects: SifObject[] = []
  for (let index = 0; index < total; index++) {
    const descriptor = table.subarray(index * descriptorBytes, (index + 1) * descriptorBytes)
    if (descriptor[4] === 1) objects.push(readDescriptor(file, descriptor, index))
  }
  return { version, ...(architecture && { architecture }), objects }
}

function readDescriptor(file: FileWindow, descriptor: Buffer, index: number): SifObject {
  const type = types[descriptor.readInt32LE(0)] ?? 'other'
  const data = file.within(readUint64(descriptor, 17), readUint64(descriptor, 25), `SIF object ${index + 1}`)
  const name = cString(descriptor.subarray(73, 201))
  if (type !== 'partition') return { type, name, data }
  return {
    type,
    name,
    data,
    fileSystem: fileSystems[descriptor.readInt32LE(201)] ?? 'other',
    primary: descriptor.readInt32LE(205) === primaryPartition,
  }
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
}
