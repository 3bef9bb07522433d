import { createHash, randomBytes } from 'node:crypto'
import { segmentFolder } from '../manifest.ts'

/** Names of objects are at most 1,024 bytes, and folder, upload, number and offset take their part. */
const maxFlatBytes = 900

/** One segment, as its name tells. */
export interface SegmentName {
  /** The object's name, flat. */
  readonly flat: string
  readonly upload: string
  readonly number: number
  readonly offset: number
}

/** An object's name as one segment of a path; a hash where it is too long for that. */
export function flatName(name: string): string {
  const flat = name.replace(/[%/]/g, character => (character === '%' ? '%25' : '%2F'))
  return Buffer.byteLength(flat) > maxFlatBytes || flat.startsWith('~') ? `~${createHash('sha256').update(name).digest('hex')}` : flat
}

/** The object's name of a flat one; undefined for a hash. */
export function nameOfFlat(flat: string): string | undefined {
  return flat.startsWith('~') ? undefined : flat.replace(/%(2F|25)/g, (_whole, hex: string) => (hex === '25' ? '%' : '/'))
}

/** A new upload's id: when it began, and what no other has. */
export function newUploadId(now: Date): string {
  return `${now.getTime().toString(36).padStart(9, '0')}-${randomBytes(8).toString('hex')}`
}

const idForm = /^([0-9a-z]{9})-[0-9a-f]{16}$/

/** When an upload began; undefined for what is no id of ours. */
export function startOfUpload(id: string): Date | undefined {
  const time = idForm.exec(id)?.[1]
  return time === undefined ? undefined : new Date(Number.parseInt(time, 36))
}

/** The folder of an upload's segments, with the slash behind it. */
export function uploadFolder(flat: string, upload: string): string {
  return `${segmentFolder}/${flat}/${upload}/`
}

/** Where a segment lies: in order of number, with its offset, so that a listing tells all that a receipt does. */
export function segmentName({ flat, upload, number, offset }: SegmentName): string {
  return `${uploadFolder(flat, upload)}${String(number).padStart(8, '0')}-${offset}`
}

/** What the name of a segment tells; undefined for names that we did not make. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [folder, flat = '', upload = '', last = '', ...more] = name.split('/')
  const [, number, offset] = /^(\d{8,})-(\d+)$/.exec(last) ?? []
  if (folder !== segmentFolder || more.length > 0 || number === undefined || startOfUpload(upload) === undefined) return undefined
  return { flat, upload, number: Number(number), offset: Number(offset) }
}
