import type { Notes } from './notes.ts'
import { isRecord } from './read-hidebound.ts'

const local = ['local_num_workers', 'local_threads_per_worker'] as const
const maxThreads = 256

/** Threads from what Dask was given: workers times threads. Hidebound's own cluster did no work, so more than the processors is no loss to leave. */
export function convertDask(value: unknown, notes: Notes): number | undefined {
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) {
    notes.leftOut('dask', 'It is not a map.')
    return undefined
  }
  const isGateway = value['cluster_type'] === 'gateway'
  if (isGateway) notes.leftOut('dask.cluster_type', 'There is no gateway: the work runs on this machine, in worker threads.')
  const counts = local.map(key => value[key])
  for (const [index, count] of counts.entries()) {
    if (count !== undefined && (typeof count !== 'number' || !Number.isInteger(count) || count < 1)) {
      notes.leftOut(`dask.${local[index] ?? ''}`, 'It is not a whole number of at least 1.')
      return undefined
    }
  }
  for (const key of Object.keys(value)) {
    if (key === 'cluster_type' || local.some(known => known === key)) continue
    notes.leftOut(
      `dask.${key}`,
      key === 'num_partitions'
        ? 'Fairlead divides the work by itself.'
        : key === 'local_multiprocessing'
          ? 'Work is done in threads; user queries run in a process of their own.'
          : 'It is about a Dask cluster, and there is none.',
    )
  }
  const product = counts.reduce<number>((all, count) => all * (typeof count === 'number' ? count : 1), 1)
  if (isGateway || product === 1) return undefined
  const threads = Math.min(maxThreads, product)
  notes.changed(
    'dask',
    `local_num_workers times local_threads_per_worker is engine.threads, ${threads}. Without it Fairlead chooses by itself.`,
  )
  return threads
}
