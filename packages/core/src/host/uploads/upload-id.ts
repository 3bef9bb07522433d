import { digestBytes } from '../objects/digester.ts'
import type { ClientRuntime } from '../runtime.ts'

/** What the journal knows the upload to a path of a connection by. */
export function uploadId({ identity }: Pick<ClientRuntime, 'identity'>, path: string): string {
  return digestBytes('sha256', Buffer.from(JSON.stringify([identity, path]))).slice(0, 32)
}

/** The lock that whoever goes on with an upload holds. */
export function uploadLock(id: string): string {
  return `upload-${id}`
}
