import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A data object to put into a SIF image; numbers as the SIF specification has them. */
export interface ObjectInput {
  readonly type: number
  readonly name?: string
  readonly content: Uint8Array | string
  readonly fileSystem?: number
  readonly partition?: number
}

export const dataTypes = { definition: 0x4001, environment: 0x4002, labels: 0x4003, partition: 0x4004, json: 0x4006 }

/** A squashfs image made by fixtures/make.sh. */
export function squashfsFixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.squashfs`))
}

/** The primary system partition of an image. */
export function systemPartition(content: Uint8Array, fileSystem = 1): ObjectInput {
  return { type: dataTypes.partition, content, fileSystem, partition: 2 }
}

/** A SIF image of version 01 for amd64: header, table of descriptors at 4096, data from 32,768 on. */
export function sifImage(objects: readonly ObjectInput[]): Buffer {
  const header = Buffer.alloc(128)
  header.write('#!/usr/bin/env run-singularity\n', 0, 'latin1')
  header.write('SIF_MAGIC\0', 32, 'latin1')
  header.write('01\0', 42, 'latin1')
  header.write('02\0', 45, 'latin1')
  const total = 48
  for (const [offset, value] of [
    [80, total - objects.length],
    [88, total],
    [96, 4096],
    [104, total * 585],
    [112, 32_768],
  ] as const) {
    header.writeBigInt64LE(BigInt(value), offset)
  }
  const image = Buffer.alloc(32_768)
  header.copy(image)
  const bodies: Buffer[] = []
  let offset = image.length
  objects.forEach((object, index) => {
    const content = Buffer.from(object.content)
    const descriptor = image.subarray(4096 + index * 585, 4096 + (index + 1) * 585)
    descriptor.writeInt32LE(object.type, 0)
    descriptor[4] = 1
    descriptor.writeUInt32LE(index + 1, 5)
    descriptor.writeBigInt64LE(BigInt(offset), 17)
    descriptor.writeBigInt64LE(BigInt(content.length), 25)
    descriptor.writeBigInt64LE(BigInt(content.length), 33)
    descriptor.write(object.name ?? '', 73, 'utf8')
    descriptor.writeInt32LE(object.fileSystem ?? 0, 201)
    descriptor.writeInt32LE(object.partition ?? 0, 205)
    bodies.push(content)
    offset += content.length
  })
  return Buffer.concat([image, ...bodies])
}
