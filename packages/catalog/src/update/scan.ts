import type { BigIntStats } from 'node:fs'
import { specificationOf, type Specification } from '@fairlead/assets'
import { stampOf, type FileFacts, type Facts, type FileStamp } from '@fairlead/core/host'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { pathFilter } from '../walk/patterns.ts'
import { walk } from '../walk/walk.ts'
import { createYielder } from './yielder.ts'

/** A file as the scan found it. */
export interface ScannedFile {
  /** Relative to the ingress. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number
  readonly stamp: FileStamp
  /** What is known of this very content. */
  readonly known: FileFacts | undefined
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** The modification time as the catalog keeps it: milliseconds since 1970, with fractions. */
export function modifiedOf(stat: BigIntStats): number {
  return Number(stat.mtimeNs) / 1e6
}

/** Some files, in order of path: all files of every asset that has one of them. */
export interface Batch {
  /** By path relative to the ingress. */
  readonly files: ReadonlyMap<string, ScannedFile>
  /** What is no regular file or could not be looked at. */
  readonly problems: ReadonlyArray<{ readonly path: string; readonly message: string }>
}

const batchFiles = 256

/** What lies in a project's folder but is none of its assets. */
function ownPaths({ file, folder, config }: Project): ReadonlySet<string> {
  return new Set([file, `${folder}/.fairlead`, config.stagingDirectory, ...config.specificationFiles])
}

/**
 * Walks the ingress and looks at every file; nothing is opened. Batches end where no asset can be torn apart: behind a
 * folder above which no file claims a specification. An asset of the type complex may reach anywhere, so with one of its
 * kind there is a single batch.
 */
export async function* scan(
  project: Project,
  specifications: readonly Specification[],
  facts: Facts,
  { signal, onEvent }: StepOptions,
): AsyncGenerator<Batch> {
  const { ingressDirectory, include, exclude } = project.config
  const isWhole = specifications.some(({ type }) => type === 'complex')
  const pause = createYielder(signal)
  const options = {
    filter: pathFilter(include, exclude),
    skip: ownPaths(project),
    anchors: (name: string) => specificationOf(name) !== undefined,
  }
  let found: Array<Writable<ScannedFile>> = []
  let problems: Array<{ path: string; message: string }> = []
  const batch = (): Batch => {
    const known = facts.files(found.map(({ stamp }) => stamp))
    const files = new Map<string, ScannedFile>()
    for (const [index, file] of found.entries()) {
      file.known = known[index]
      files.set(file.path, file)
    }
    const done = { files, problems }
    found = []
    problems = []
    return done
  }
  let total = 0
  for (const step of walk(ingressDirectory, options)) {
    if (step.kind === 'file') {
      const { path, stat } = step
      const stamp = stampOf(`${ingressDirectory}/${path}`, stat)
      found.push({ path, size: Number(stat.size), modified: modifiedOf(stat), stamp, known: undefined })
      if (++total % 1024 === 0) onEvent?.({ type: 'progress', phase: 'scan', done: total })
      const turn = pause()
      if (turn !== undefined) await turn
    } else if (step.kind === 'problem') problems.push({ path: step.path, message: step.message })
    else if (step.isClosed && !isWhole && found.length >= batchFiles) yield batch()
  }
  yield batch()
  onEvent?.({ type: 'progress', phase: 'scan', done: total, total })
}
