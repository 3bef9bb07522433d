import type { Fact, FactStore } from '../facts/fact-store.ts'
import { fingerprintOf, isSettled } from '../facts/fingerprint.ts'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { pathFilter } from '../walk/patterns.ts'
import { walk } from '../walk/walk.ts'
import { createYielder } from './yielder.ts'

/** A file as the scan found it. */
export interface ScannedFile {
  readonly size: number
  /** Milliseconds since 1970, with fractions. */
  readonly modified: number
  readonly fingerprint: string
  /** Whether what is read of it now may be remembered. */
  readonly settled: boolean
  /** What is known of this very content. */
  readonly fact: Fact | undefined
}

export interface Scan {
  /** By path relative to the ingress, in order of path. */
  readonly files: ReadonlyMap<string, ScannedFile>
  /** What is no regular file or could not be looked at. */
  readonly problems: ReadonlyArray<{ readonly path: string; readonly message: string }>
}

/** What lies in a project's folder but is none of its assets. */
function ownPaths({ file, folder, config }: Project): ReadonlySet<string> {
  return new Set([file, `${folder}/.fairlead`, config.stagingDirectory, ...config.specificationFiles])
}

/** Walks the ingress and looks at every file; nothing is opened. */
export async function scan(project: Project, facts: FactStore, { signal, onEvent }: StepOptions): Promise<Scan> {
  const { ingressDirectory, include, exclude } = project.config
  const files = new Map<string, ScannedFile>()
  const problems: Array<{ path: string; message: string }> = []
  const pause = createYielder(signal)
  const steps = walk(ingressDirectory, { filter: pathFilter(include, exclude), skip: ownPaths(project) })
  let folder: string | undefined
  let known: ReadonlyMap<string, Fact> = new Map()
  for (const step of steps) {
    if (step.kind === 'problem') problems.push({ path: step.path, message: step.message })
    if (step.kind !== 'file') continue
    if (step.folder !== folder) {
      folder = step.folder
      known = facts.folder(folder === '' ? ingressDirectory : `${ingressDirectory}/${folder}`)
      onEvent?.({ type: 'progress', phase: 'scan', done: files.size })
    }
    const fingerprint = fingerprintOf(step.stat)
    const fact = known.get(step.name)
    files.set(step.path, {
      size: Number(step.stat.size),
      modified: Number(step.stat.mtimeNs / 1000n) / 1000,
      fingerprint,
      settled: isSettled(step.stat),
      fact: fact?.fingerprint === fingerprint ? fact : undefined,
    })
    await pause()
  }
  onEvent?.({ type: 'progress', phase: 'scan', done: files.size, total: files.size })
  return { files, problems }
}
