import type { ObjectVerbs } from '../client.ts'
import { copyAcross } from './copy-across.ts'
import { copyObject } from './copy-object.ts'
import { deleteObjects } from './delete-objects.ts'
import { downloadObject } from './download.ts'
import { listEntries } from './list.ts'
import { listPages } from './list-pages.ts'
import { readObject, readObjectBytes } from './read-object.ts'
import { createGate } from './refuse.ts'
import type { ClientRuntime } from '../runtime.ts'
import { settleKept } from '../uploads/settle-uploads.ts'
import { writeObject } from './write-object.ts'

/** The verbs on stored blobs of one client, see {@link ObjectVerbs}. Nothing is opened until a verb needs it. */
export function createObjectVerbs(runtime: ClientRuntime): ObjectVerbs {
  const gate = createGate(runtime)
  const { connection } = runtime
  return {
    async stat(path, options) {
      options?.signal?.throwIfAborted()
      const { logical, stored } = gate.object('stat', path)
      const doStat = gate.method(connection.doStat?.bind(connection), 'stat', logical)
      const entry = await runtime.attempts.run({ name: 'stat', path: logical }, context => doStat(stored, context), options)
      options?.lanes?.moved(0)
      return gate.entry(entry)
    },
    list: (prefix, options) => listEntries(runtime, gate, prefix, options),
    listPages: (prefix, options) => listPages(runtime, gate, prefix, options),
    read: (path, options) => readObject(runtime, gate, path, options),
    readBytes: (path, options) => readObjectBytes(runtime, gate, path, options),
    write: (path, source, options) => writeObject(runtime, gate, path, source, options),
    download: (path, file, options) => downloadObject(runtime, gate, path, file, options),
    copy: (from, to, options) => copyObject(runtime, gate, from, to, options),
    copyFrom: (source, from, to, options) => copyAcross(runtime, gate, source, from, to, options),
    delete: (paths, options) => deleteObjects(runtime, gate, paths, options),
    settleUploads: (paths, options) => settleKept(runtime, paths, options),
  }
}
