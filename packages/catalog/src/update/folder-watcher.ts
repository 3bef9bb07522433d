import { statSync, watch as watchFolder, type FSWatcher } from 'node:fs'
import { pathIn, readNames, systemReason, type ListOptions } from '../walk/list-folder.ts'

/** Tells which files and folders of the ingress change, as far as the system does. */
export interface FolderWatcherOptions {
  readonly list: ListOptions
  /** A path relative to the ingress whose file or folder changed, came or went; `''` is the ingress. */
  readonly onChange: (path: string) => void
  /** The system watches no more folders: its limit is reached. */
  readonly onLimit: (reason: string, watched: number) => void
}

/**
 * Watches every folder of the ingress that an update enters, one by one: a million files in 20,000 folders are 20,000
 * watches, where a watch for each file would pass the limits of any system. What the system leaves out when too much
 * happens at once nobody is told, so a watcher is a hint and not the truth.
 */
export class FolderWatcher implements Disposable {
  private readonly options: FolderWatcherOptions
  private readonly watchers = new Map<string, FSWatcher>()
  private isLimited = false
  private ingress: string | undefined

  constructor(options: FolderWatcherOptions) {
    this.options = options
    this.renew()
  }

  /** Watches anew where the ingress is another folder than before, since a watch stays with the folder that went; whether it is. */
  renew(): boolean {
    const now = identityOf(this.options.list.ingress)
    if (now === undefined || now === this.ingress) return false
    this.ingress = now
    this[Symbol.dispose]()
    this.add('')
    return true
  }

  [Symbol.dispose](): void {
    for (const watcher of this.watchers.values()) watcher.close()
    this.watchers.clear()
  }

  private add(folder: string): void {
    if (this.isLimited || this.watchers.has(folder)) return
    const { list } = this.options
    try {
      const watcher = watchFolder(folder === '' ? list.ingress : `${list.ingress}/${folder}`, { persistent: true })
      watcher.on('change', (kind, name) => this.changed(folder, typeof name === 'string' ? name : '', kind === 'rename'))
      watcher.on('error', () => this.remove(folder))
      this.watchers.set(folder, watcher)
      // Read after the watch began, so that nothing comes in between unseen.
      for (const name of readNames(folder, list).folders) this.add(pathIn(folder, name))
    } catch (cause) {
      const reason = systemReason(cause)
      if (reason !== 'ENOSPC' && reason !== 'EMFILE') return this.remove(folder)
      this.isLimited = true
      this.options.onLimit(reason, this.watchers.size)
    }
  }

  private changed(folder: string, name: string, cameOrWent: boolean): void {
    const { list, onChange } = this.options
    const path = name === '' ? folder : pathIn(folder, name)
    if (list.skip.has(path)) return
    // A folder that came is watched; one that went has a watcher that tells of it under a path that isn't its own.
    if (name !== '' && cameOrWent && list.filter.enters(path, name)) {
      if (this.watchers.has(path)) this.remove(path)
      this.addFolder(path)
    }
    onChange(path)
  }

  private addFolder(path: string): void {
    try {
      readNames(path, this.options.list)
    } catch (cause) {
      // What changed is no folder, or is gone already.
      if (cause instanceof Error && 'code' in cause) return
      throw cause
    }
    this.add(path)
  }

  private remove(folder: string): void {
    for (const [path, watcher] of this.watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue
      watcher.close()
      this.watchers.delete(path)
    }
  }
}

/** What tells a folder from another one at the same place, which may have the same inode; undefined where there is none. */
function identityOf(folder: string): string | undefined {
  try {
    const { dev, ino, birthtimeNs } = statSync(folder, { bigint: true })
    return `${dev}:${ino}:${birthtimeNs}`
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return undefined
    throw cause
  }
}
