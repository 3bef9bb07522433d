import { watch as watchFolder, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { FairleadError } from '@fairlead/core'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { FolderWatcher } from './folder-watcher.ts'
import { listOptions } from './list-options.ts'
import { update, type UpdateOptions, type UpdateResult } from './update.ts'

/** How a project is watched. */
export interface WatchOptions extends StepOptions {
  /** Ends the watch; the promise is then fulfilled. */
  readonly signal: AbortSignal
  /** As for {@link update}. */
  readonly assets?: readonly string[]
  /** A folder is looked at when nothing in it changed for so many milliseconds (default 2000). */
  readonly settleMs?: number
  /** Everything is looked at again after so many milliseconds, in case the system left out a change (default ten minutes). */
  readonly fullMs?: number
  /** The project anew, after its configuration changed. */
  readonly reopen: () => Project
  /** Told of the first update and of every one that found something changed. */
  readonly onUpdate: (result: UpdateResult, project: Project) => void
  /** Told what goes wrong; the watch goes on with the next change. */
  readonly onFailure: (error: FairleadError) => void
  /** Told once when folders can't be watched, so that everything is looked at again and again instead. */
  readonly onNotice: (message: string) => void
}

/** More changes than that at once, and the system may have left out some. */
const changesUntilFull = 4096
/** Where folders can't be watched, a look at everything begins so long after the last ended. */
const pollMs = 10_000
const tickMs = 100
/** So often it is seen whether the ingress is still the folder that is watched: a disk may be mounted in its place. */
const renewMs = 1000

/** What may have changed, by folder. */
class Changes {
  /** When the last change in a folder was told, by the folder. */
  private readonly folders = new Map<string, number>()
  private count = 0
  /** Everything is to be looked at, since this time. */
  private all: number | undefined

  add(path: string): void {
    const slash = path.lastIndexOf('/')
    this.folders.set(slash < 0 ? path : path.slice(0, slash), performance.now())
    if (++this.count > changesUntilFull) this.addAll()
  }

  addAll(): void {
    this.all = performance.now()
  }

  /** What has been quiet for so long: folders, `all`, or nothing. Forgets what it gives. */
  take(quietMs: number): 'all' | ReadonlySet<string> | undefined {
    const until = performance.now() - quietMs
    if (this.all !== undefined && this.all > until) return undefined
    const quiet = [...this.folders].filter(([, time]) => time <= until).map(([folder]) => folder)
    for (const folder of quiet) this.folders.delete(folder)
    if (this.folders.size === 0) this.count = 0
    if (this.all === undefined) return quiet.length === 0 ? undefined : new Set(quiet)
    this.all = undefined
    return 'all'
  }
}

/** Tells when a file that the project is configured by changes. */
class SourceWatcher implements Disposable {
  private readonly watchers: FSWatcher[] = []

  constructor({ file, config }: Project, onChange: () => void) {
    const files = [file, ...config.specificationFiles]
    for (const folder of new Set(files.map(dirname))) {
      const names = new Set(files.filter(one => dirname(one) === folder).map(one => basename(one)))
      // What a module imports may have any name.
      const isSource = (name: string) =>
        names.has(name) || (config.specificationFiles.length > 0 && /\.(?:[cm]?[jt]s|json|ya?ml)$/.test(name))
      this.watch(folder, name => isSource(name) && onChange())
    }
    for (const folder of config.specificationFiles) this.watch(folder, onChange)
  }

  [Symbol.dispose](): void {
    for (const watcher of this.watchers) watcher.close()
  }

  private watch(path: string, onChange: (name: string) => void): void {
    try {
      const watcher = watchFolder(path)
      watcher.on('change', (_kind, name) => onChange(typeof name === 'string' ? name : ''))
      watcher.on('error', () => watcher.close())
      this.watchers.push(watcher)
    } catch (cause) {
      // It is not there; that it can't be read is told by the update.
      if (!(cause instanceof Error && 'code' in cause)) throw cause
    }
  }
}

/** One project under watch, until its configuration changes. */
async function watchProject(project: Project, options: WatchOptions, isFirst: boolean): Promise<void> {
  const { signal, settleMs = 2000, fullMs = 600_000, onNotice } = options
  const changes = new Changes()
  let isOutdated = false
  let isPolled = false
  using _sources = new SourceWatcher(project, () => {
    isOutdated = true
    changes.addAll()
  })
  using folders = new FolderWatcher({
    list: listOptions(project),
    onChange: path => changes.add(path),
    onLimit: (reason, watched) => {
      isPolled = true
      onNotice(
        `the system allows only ${watched} folders to be watched (${reason}), so everything is checked every ${pollMs / 1000} s; ` +
          'to watch all, run: sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024',
      )
    },
  })
  await attempt(project, options, {}, isFirst)
  let last = performance.now()
  let renewed = last
  while (!signal.aborted) {
    // An abort ends the wait early, and with it the loop.
    await wait(tickMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    if (performance.now() - renewed >= renewMs) {
      renewed = performance.now()
      if (folders.renew()) changes.addAll()
    }
    if (performance.now() - last >= (isPolled ? pollMs : fullMs)) changes.addAll()
    const ready = changes.take(settleMs)
    if (ready === undefined) continue
    if (isOutdated) return
    await attempt(project, options, ready === 'all' ? {} : { changed: ready }, false)
    if (ready === 'all') last = performance.now()
  }
}

async function attempt(project: Project, options: WatchOptions, what: Pick<UpdateOptions, 'changed'>, always: boolean): Promise<void> {
  const { signal, assets, onEvent, onWait, onUpdate, onFailure } = options
  try {
    const found = await update(project, {
      ...what,
      signal,
      ...(assets !== undefined && { assets }),
      ...(onEvent !== undefined && { onEvent }),
      ...(onWait !== undefined && { onWait }),
    })
    if (found.changed || always) onUpdate(found, project)
  } catch (thrown) {
    if (signal.aborted) return
    if (always || !FairleadError.is(thrown)) throw thrown
    onFailure(thrown)
  }
}

/**
 * Updates the catalog now and whenever something changes: what is still being written is waited for, and then only the
 * folders that changed are looked at. A changed configuration or specification is loaded anew. Fulfilled when the signal
 * is raised. Rejects with what the first update throws.
 */
export async function watch(first: Project, options: WatchOptions): Promise<void> {
  let project = first
  let isFirst = true
  while (!options.signal.aborted) {
    await watchProject(project, options, isFirst)
    isFirst = false
    if (options.signal.aborted) return
    try {
      project = options.reopen()
    } catch (thrown) {
      if (!FairleadError.is(thrown)) throw thrown
      // Still being edited, or wrong: it goes on as it was until the next change.
      options.onFailure(thrown)
    }
  }
}
