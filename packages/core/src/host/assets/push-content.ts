import type { TagRecord } from '../../contract/asset.ts'
import { FairleadError } from '../../contract/errors.ts'
import type { Entry } from '../../contract/entry.ts'
import type { AssetContext } from './asset-context.ts'
import type { StoredAsset } from './asset-store.ts'
import type { CallOptions, PushOptions } from '../client.ts'
import type { HashedFile } from './hash-files.ts'
import { fileSource } from '../objects/local-file.ts'
import { lanesOf } from '../objects/lanes.ts'
import { parallel } from '../objects/parallel.ts'
import { currentFingerprint } from './scan-asset.ts'

/** A local file and the object it becomes. */
export interface Shipment extends HashedFile {
  readonly target: string
}

/** What a tag record keeps of files beside their content. */
export function attributesOf(files: readonly HashedFile[]): NonNullable<TagRecord['files']> {
  return Object.fromEntries(
    files.map(({ path, modified, executable }) => [
      path,
      { modified: modified.toISOString(), ...(executable && { executable: true as const }) },
    ]),
  )
}

/** Where the files of an asset go. */
export function shipmentsOf(
  { store }: AssetContext,
  asset: Pick<StoredAsset, 'address' | 'digest' | 'manifest' | 'record'>,
  files: readonly HashedFile[],
): Shipment[] {
  return files.map(file => ({ ...file, target: store.locate(asset, file) }))
}

/**
 * The files of a push that the store does not have. The path of content says what it must hold and a write is whole or
 * nothing, so its size (and its checksum, where the service vouches for one) tells whether it is there.
 */
export async function unsentFiles(
  context: AssetContext,
  asset: Pick<StoredAsset, 'address' | 'digest' | 'manifest' | 'record'>,
  files: readonly HashedFile[],
  call: CallOptions,
): Promise<Shipment[]> {
  const shipments = shipmentsOf(context, asset, files)
  const there = await entriesOf(context, shipments, call)
  return shipments.filter(shipment => !holds(there.get(shipment.target), shipment))
}

/** What lies at the targets: one listing of their common folder, or a look at each where the store can't list. */
export async function entriesOf(
  { objects, runtime }: AssetContext,
  shipments: readonly Shipment[],
  call: CallOptions,
): Promise<ReadonlyMap<string, Entry>> {
  const there = new Map<string, Entry>()
  const [first] = shipments
  if (first === undefined) return there
  if (runtime.capabilities.list === false || shipments.length === 1 || runtime.capabilities.assets === 'native') {
    const lanes = lanesOf(runtime, call)
    await parallel(
      shipments,
      lanes,
      async ({ target }, signal) => {
        const entry = await statOrAbsent(objects.stat(target, { ...call, signal, lanes }))
        if (entry !== undefined) there.set(target, entry)
      },
      call.signal,
    )
    return there
  }
  const folder = first.target.slice(0, -first.path.length - 1)
  for await (const entry of objects.list(folder, { ...call, recursive: true })) there.set(entry.path, entry)
  return there
}

async function statOrAbsent(stat: Promise<Entry>): Promise<Entry | undefined> {
  try {
    return await stat
  } catch (cause) {
    if (FairleadError.is(cause, 'not-found')) return undefined
    throw cause
  }
}

function holds(entry: Entry | undefined, { size, sha256 }: Shipment): boolean {
  if (entry?.kind !== 'object' || entry.size !== size) return false
  const checksum = entry.checksums?.find(({ algorithm, scope }) => algorithm === 'sha256' && scope === 'object')
  return checksum === undefined || checksum.value === sha256
}

/**
 * Sends files, several at once; each is verified against its hash before it counts. `sent` hears of each that is there.
 * With `keepTimes` an object gets the file's modification time where the store can keep it; without, it is as old as its
 * arrival, by which `clean` tells a push in progress from one that was given up.
 */
export async function sendFiles(
  { objects, runtime }: AssetContext,
  shipments: readonly Shipment[],
  options: Pick<PushOptions, 'signal' | 'onEvent' | 'lanes' | 'concurrency'> & { readonly keepTimes?: boolean },
  sent?: (shipment: Shipment, entry: Entry) => void,
): Promise<void> {
  const { write } = runtime.capabilities
  const keepsTime = options.keepTimes === true && write !== false && write.modified !== false
  const lanes = lanesOf(runtime, options)
  await parallel(
    shipments,
    lanes,
    async (shipment, signal) => {
      const { target, file, sha256, mediaType, modified } = shipment
      const entry = await objects.write(target, fileSource(file), {
        signal,
        lanes,
        ...(options.onEvent !== undefined && { onEvent: options.onEvent }),
        contentType: mediaType,
        sha256,
        ...(keepsTime && { modified }),
      })
      sent?.(shipment, entry)
    },
    options.signal,
    { holding: options.lanes !== undefined },
  )
}

/** Refuses (`input-invalid`) files that are no longer those that were hashed: nothing is tagged then. */
export function refuseChanged(files: readonly HashedFile[]): void {
  for (const { file, fingerprint } of files) {
    if (currentFingerprint(file) === fingerprint) continue
    throw new FairleadError('input-invalid', `"${file}" changed while it was sent.`, {
      path: file,
      hint: 'Wait until nothing writes to it, then run the command again.',
    })
  }
}
