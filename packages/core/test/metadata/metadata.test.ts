import { FairleadError } from '@fairlead/core'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { mediaTypeOf } from '../../src/contract/media-type.ts'
import { readMetadata } from '../../src/host/metadata/read-metadata.ts'
import { dataTypes, sifImage, squashfsFixture, systemPartition } from './sif-image.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-metadata-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, content: Uint8Array | string): string => {
  const file = join(folder, name)
  writeFileSync(file, content)
  return file
}
const sha256 = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex')
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (cause) {
    if (FairleadError.is(cause)) return cause.code
    throw cause
  }
  return undefined
}

describe('any file', () => {
  test('size, sha256 and media type are read', () => {
    expect(readMetadata(write('words.txt', 'hello'))).toEqual({ size: 5, sha256: sha256('hello'), mediaType: 'text/plain', traits: {} })
  })

  test('an empty file is a file', () => {
    expect(readMetadata(write('empty', ''))).toEqual({ size: 0, sha256: sha256(''), mediaType: 'application/octet-stream', traits: {} })
  })

  test('a file of several read buffers is hashed whole', () => {
    const content = Buffer.alloc(2_500_001, 'abcdefg')
    expect(readMetadata(write('large.bin', content))).toMatchObject({ size: content.length, sha256: sha256(content) })
  })

  test('traits come from the application, the reference from the caller, a known sha256 from the facts', () => {
    const file = write('frame.csv', 'a,b')
    const found = readMetadata(file, {
      reference: 'shots/frame:v001',
      sha256: 'ab'.repeat(32),
      traitsOf: path => ({ rows: path.length > 0 ? 1 : 0 }),
    })
    expect(found).toEqual({ reference: 'shots/frame:v001', size: 3, sha256: 'ab'.repeat(32), mediaType: 'text/csv', traits: { rows: 1 } })
  })

  test('a missing file is not-found', () => {
    expect(codeOf(() => readMetadata(join(folder, 'nothing')))).toBe('not-found')
  })

  test('a folder is refused', () => {
    expect(codeOf(() => readMetadata(folder))).toBe('input-invalid')
  })

  test('a named pipe is refused and not waited for', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(codeOf(() => readMetadata(pipe))).toBe('input-invalid')
  })
})

describe('media type', () => {
  test('the first bytes win over a wrong extension', () => {
    expect(mediaTypeOf('photo.txt', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'))).toBe('image/png')
  })

  test('the extension refines a container', () => {
    const zip = Buffer.from('PK\u0003\u0004', 'latin1')
    expect([mediaTypeOf('a.xlsx', zip), mediaTypeOf('a', zip)]).toEqual([
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/zip',
    ])
  })

  test('extensions are compared without case, and names of object properties are none', () => {
    expect([mediaTypeOf('A.PNG'), mediaTypeOf('a.constructor'), mediaTypeOf('png')]).toEqual([
      'image/png',
      'application/octet-stream',
      'application/octet-stream',
    ])
  })
})

const expected = {
  version: '01',
  architecture: 'amd64',
  labels: { 'org.label-schema.build-arch': 'amd64', MAINTAINER: 'ada', count: '3' },
  definition: 'Bootstrap: docker\nFrom: alpine:3.20\n',
  environment: {
    '/.singularity.d/env/10-docker2singularity.sh': 'export PATH=/usr/bin\n',
    '/.singularity.d/env/90-environment.sh': 'export STAGE=late\n',
  },
  runscript: '#!/bin/sh\nexec echo "hello from the runscript"\n',
}

describe('Singularity images', () => {
  test.each(['gzip', 'zstd', 'plain', 'nofragments'])(
    'labels, definition, environment and runscript are read from a %s partition',
    name => {
      const found = readMetadata(write(`${name}.sif`, sifImage([systemPartition(squashfsFixture(name))])))
      expect(found.mediaType).toBe('application/vnd.sylabs.sif.layer.v1.sif')
      expect(found.sif).toEqual(expected)
      expect(found.notes).toBeUndefined()
    },
  )

  test('images that mksquashfs makes on this machine read the same as the stored ones', () => {
    const made = spawnSync('sh', [join(import.meta.dirname, 'fixtures/make.sh'), folder], { encoding: 'utf8' })
    // Without squashfs-tools the stored images, made by the same script, stand for them.
    const image = made.status === 0 ? readFileSync(join(folder, 'zstd.squashfs')) : squashfsFixture('zstd')
    expect(readMetadata(write('made.sif', sifImage([systemPartition(image)]))).sif).toEqual(expected)
  })

  test('folders, inodes and files that cross block borders are read whole', () => {
    const found = readMetadata(write('large.sif', sifImage([systemPartition(squashfsFixture('large'))])))
    const lines = Array.from({ length: 5000 }, (_line, index) => `# line ${index} of a long runscript\n`).join('')
    expect(found.sif?.runscript).toBe(lines)
    expect(found.sif?.environment).toEqual(expected.environment)
  })

  test('data objects win over files in the partition', () => {
    const found = readMetadata(
      write(
        'objects.sif',
        sifImage([
          { type: dataTypes.definition, content: 'Bootstrap: library\n' },
          { type: dataTypes.labels, content: '{"MAINTAINER": "grace", "extra": "yes"}' },
          systemPartition(squashfsFixture('gzip')),
        ]),
      ),
    )
    expect(found.sif).toMatchObject({ definition: 'Bootstrap: library\n', labels: { MAINTAINER: 'grace', extra: 'yes', count: '3' } })
  })

  test("what Singularity keeps for its own inspection is read, so that an xz image isn't empty", () => {
    const attributes = {
      labels: { a: 'b' },
      deffile: 'Bootstrap: scratch\n',
      runscript: 'exec true\n',
      environment: { '/.singularity.d/env/90-environment.sh': 'export A=1\n' },
    }
    const inspect = JSON.stringify({ data: { attributes }, type: 'container' })
    const found = readMetadata(
      write(
        'inspect.sif',
        sifImage([{ type: dataTypes.json, name: 'inspect-metadata.json', content: inspect }, systemPartition(squashfsFixture('xz'))]),
      ),
    )
    expect(found.sif).toEqual({
      version: '01',
      architecture: 'amd64',
      labels: attributes.labels,
      definition: attributes.deffile,
      runscript: attributes.runscript,
      environment: attributes.environment,
    })
    expect(found.notes).toEqual(['not readable: compression xz'])
  })

  test.each([
    ['an xz partition', systemPartition(squashfsFixture('xz')), 'compression xz'],
    ['an encrypted partition', systemPartition(Buffer.alloc(100), 5), 'encrypted squashfs'],
    ['an ext3 partition', systemPartition(Buffer.alloc(100), 2), 'ext3'],
    ['a partition that is no squashfs', systemPartition(Buffer.alloc(200)), 'not a squashfs 4.0'],
    ['labels that are not JSON', { type: dataTypes.labels, content: '{"a": ' }, 'not JSON'],
    ['a large definition', { type: dataTypes.definition, content: Buffer.alloc(2_000_000) }, 'more than'],
  ])('%s is a note, not a failure', (_title, object, words) => {
    const found = readMetadata(write('noted.sif', sifImage([object])))
    expect(found.sif).toMatchObject({ version: '01', labels: {} })
    expect(found.notes?.join()).toContain(words)
  })

  test('a label named __proto__ is a label', () => {
    const found = readMetadata(write('proto.sif', sifImage([{ type: dataTypes.labels, content: '{"__proto__": "x"}' }])))
    expect(Object.entries(found.sif?.labels ?? {})).toEqual([['__proto__', 'x']])
  })
})

describe('hostile images', () => {
  const whole = sifImage([{ type: dataTypes.labels, content: '{"a": "b"}' }, systemPartition(squashfsFixture('gzip'))])
  const changed = (change: (image: Buffer) => void): Buffer => {
    const image = Buffer.from(whole)
    change(image)
    return image
  }

  test.each([
    ['a cut header', whole.subarray(0, 100)],
    ['a cut descriptor table', whole.subarray(0, 5000)],
    ['a huge count of descriptors', changed(image => image.writeBigInt64LE(1n << 40n, 88))],
    ['a negative count of descriptors', changed(image => image.writeBigInt64LE(-1n, 88))],
    ['a table past the end', changed(image => image.writeBigInt64LE(1n << 50n, 96))],
    ['an object past the end', changed(image => image.writeBigInt64LE(1n << 33n, 4096 + 17))],
    ['an object of negative size', changed(image => image.writeBigInt64LE(-5n, 4096 + 25))],
  ])('%s leaves the metadata of a plain file, and a note', (_title, image) => {
    const found = readMetadata(write('hostile.sif', image))
    expect(found).toMatchObject({ size: image.length, sha256: sha256(image), mediaType: 'application/vnd.sylabs.sif.layer.v1.sif' })
    expect(found.sif).toBeUndefined()
    expect(found.notes).toHaveLength(1)
  })

  test('a partition that is cut off keeps what the data objects say', () => {
    const image = sifImage([{ type: dataTypes.labels, content: '{"a": "b"}' }, systemPartition(squashfsFixture('gzip').subarray(0, 300))])
    const found = readMetadata(write('cut.sif', image))
    expect(found.sif?.labels).toEqual({ a: 'b' })
    expect(found.notes?.length).toBeGreaterThan(0)
  })

  test('thousands of descriptors over the same bytes are read up to a limit', () => {
    const content = Buffer.alloc(1_000_000, 'x')
    const image = sifImage([{ type: dataTypes.environment, name: 'env', content }])
    for (let index = 1; index < 48; index++) {
      image.copy(image, 4096 + index * 585, 4096, 4096 + 585)
      image.write(`env${index}`, 4096 + index * 585 + 73)
    }
    const found = readMetadata(write('many.sif', image))
    expect(Object.keys(found.sif?.environment ?? {})).toHaveLength(16)
    expect(found.notes).toHaveLength(20)
  })

  test.each(['gzip', 'zstd', 'plain', 'large'])(
    'a %s partition with any bytes changed gives metadata or a note, and nothing else',
    name => {
      const original = squashfsFixture(name)
      const place = fc.oneof(fc.nat(95), fc.nat(original.length - 1))
      fc.assert(
        fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }), changes => {
          const partition = Buffer.from(original)
          for (const [offset, value] of changes) partition[offset] = value
          const found = readMetadata(write('fuzzed.sif', sifImage([systemPartition(partition)])), { sha256: '00' })
          expect(found.sif?.version).toBe('01')
        }),
        { numRuns: 300 },
      )
    },
  )
})
