import type { AssetIdentity, AssetManifest, TagRecord } from '../../contract/asset.ts'
import { canonicalJson, digestOf } from '../../contract/canonical-json.ts'
import { FairleadError } from '../../contract/errors.ts'
import { normalizePath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'
import { isExportRoot } from '../export/export-root.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })
const digestForm = /^sha256:[0-9a-f]{64}$/
const sha256Form = /^[0-9a-f]{64}$/
const types: readonly unknown[] = ['file', 'sequence', 'complex'] satisfies readonly AssetIdentity['type'][]

/** The stored form of a manifest: the canonical JSON of its identity, so that the sha256 of the object is the digest. */
export function manifestBytes(manifest: AssetManifest): Uint8Array {
  const { schemaVersion, type, specification, traits, files } = manifest
  return new TextEncoder().encode(canonicalJson({ schemaVersion, type, specification, traits, files }))
}

/** The stored form of a tag record. */
export function tagRecordBytes(record: TagRecord): Uint8Array {
  return new TextEncoder().encode(canonicalJson(record))
}

/**
 * Reads a manifest that came from a store: nothing in it is trusted. Throws `integrity` when it is no manifest or has
 * another digest, `path-invalid` when a file would leave its folder, `unsupported` when a newer version wrote it.
 */
export function parseManifest(bytes: Uint8Array, digest: string, path: string): AssetManifest {
  const manifest = manifestOf(parseJson(bytes, path), path)
  const found = digestOf(manifest)
  if (found !== digest) {
    throw new FairleadError('integrity', `The manifest at "${printable(path)}" has the digest ${found}, not ${digest}.`, {
      path,
      hint: 'It was changed after it was pushed: push the asset again with --force.',
    })
  }
  return manifest
}

/** Checks the form of a manifest: every member, every path confined to the asset. Errors as {@link parseManifest}. */
export function manifestOf(value: unknown, path: string): AssetManifest {
  const broken = (what: string): never => refuse('manifest', path, what)
  if (!isObject(value)) return broken('is not a JSON object')
  checkVersion(value['schemaVersion'], 'manifest', path)
  const { type, specification, traits, files } = value
  if (!isType(type)) return broken('has an unknown type')
  if (specification !== undefined && typeof specification !== 'string') return broken('has a specification that is not text')
  if (!isObject(traits)) return broken('has no traits')
  if (!Array.isArray(files) || files.length === 0) return broken('lists no files')
  const seen = new Set<string>()
  return {
    schemaVersion: 1,
    type,
    ...(specification !== undefined && { specification }),
    traits,
    files: files.map((file: unknown) => {
      if (!isObject(file)) return broken('lists a file that is not an object')
      const { path: name, size, sha256, mediaType } = file
      if (typeof name !== 'string' || name === '') return broken('lists a file without a path')
      if (normalizePath(name) !== name) {
        throw new FairleadError(
          'path-invalid',
          `The manifest at "${printable(path)}" lists the file "${printable(name)}", which is not a path inside the asset.`,
          { path, hint: 'Do not use this asset: its manifest is broken or hostile.' },
        )
      }
      if (seen.has(name)) return broken(`names "${printable(name)}" twice`)
      seen.add(name)
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return broken(`gives "${printable(name)}" no size`)
      if (typeof sha256 !== 'string' || !sha256Form.test(sha256)) return broken(`gives "${printable(name)}" no sha256`)
      if (typeof mediaType !== 'string') return broken(`gives "${printable(name)}" no media type`)
      return { path: name, size, sha256, mediaType }
    }),
  }
}

/** Reads a tag record that came from a store. Throws `integrity` when it is none, `unsupported` when a newer version wrote it. */
export function parseTagRecord(bytes: Uint8Array, path: string): TagRecord {
  return tagRecordOf(parseJson(bytes, path), path)
}

/** Checks the form of a tag record. Errors as {@link parseTagRecord}. */
export function tagRecordOf(value: unknown, path: string): TagRecord {
  const broken = (what: string): never => refuse('tag record', path, what)
  if (!isObject(value)) return broken('is not a JSON object')
  checkVersion(value['schemaVersion'], 'tag record', path)
  const { digest, type, count, bytes, labels, specification, provenance, time, files, root, reference } = value
  if (typeof digest !== 'string' || !digestForm.test(digest)) return broken('has no digest')
  if (!isType(type)) return broken('has an unknown type')
  if (!isCount(count) || !isCount(bytes)) return broken('has no count of files and bytes')
  if (!isTexts(labels)) return broken('has labels that are not text')
  if (specification !== undefined && typeof specification !== 'string') return broken('has a specification that is not text')
  if (provenance !== undefined && !isObject(provenance)) return broken('has a provenance that is not an object')
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return broken('has no time')
  if (root !== undefined && !isExportRoot(root)) return broken('places its files outside of the exported content')
  return {
    schemaVersion: 1,
    digest,
    type,
    count,
    bytes,
    labels,
    ...(specification !== undefined && { specification }),
    ...(provenance !== undefined && { provenance }),
    time,
    ...(isObject(files) && { files: attributesOf(files) }),
    ...(root !== undefined && { root }),
    ...(typeof reference === 'string' && { reference }),
  }
}

/** Reads what {@link TagRecord.files} holds; anything else in it is dropped. */
function attributesOf(files: Record<string, unknown>): NonNullable<TagRecord['files']> {
  const entries = Object.entries(files).flatMap(([path, value]) => {
    if (!isObject(value)) return []
    const { modified, executable } = value
    const time = typeof modified === 'string' && !Number.isNaN(Date.parse(modified)) ? { modified } : {}
    return [[path, { ...time, ...(executable === true && { executable: true as const }) }] as const]
  })
  return Object.fromEntries(entries)
}

function parseJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw new FairleadError('integrity', `"${printable(path)}" is not JSON.`, {
      path,
      cause,
      hint: 'Another program changed it. Push the asset again with --force.',
    })
  }
}

function checkVersion(version: unknown, what: string, path: string): void {
  if (version === 1) return
  if (typeof version === 'number' && version > 1) {
    throw new FairleadError(
      'unsupported',
      `The ${what} at "${printable(path)}" has the version ${version}; this program supports version 1.`,
      { path, hint: 'Update Fairlead.' },
    )
  }
  refuse(what, path, 'has no version')
}

function refuse(what: string, path: string, problem: string): never {
  throw new FairleadError('integrity', `The ${what} at "${printable(path)}" ${problem}.`, {
    path,
    hint: 'Another program changed it. Push the asset again with --force.',
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every(text => typeof text === 'string')
}

function isType(value: unknown): value is AssetIdentity['type'] {
  return types.includes(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
