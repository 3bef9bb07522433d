/** The files of one folder, without those of the folders in it. */
export interface Listing {
  /** Relative to the top of the tree, with `/`; `''` is the top itself. */
  readonly folder: string
  readonly names: readonly string[]
}

/** A tree that can be walked more than once: its folders, each given once. */
export type Listings = () => Iterable<Listing>

/** The listings of some paths, for those who have a list in memory. */
export function listingsOf(paths: Iterable<string>): Listings {
  const folders = new Map<string, string[]>()
  for (const path of paths) {
    const slash = path.lastIndexOf('/')
    const folder = slash < 0 ? '' : path.slice(0, slash)
    const names = folders.get(folder)
    if (names === undefined) folders.set(folder, [path.slice(slash + 1)])
    else names.push(path.slice(slash + 1))
  }
  const listings = [...folders].map(([folder, names]) => ({ folder, names }))
  return () => listings
}

/** The path of a file of a folder. */
export function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** What operating systems, editors and browsers leave behind: never an asset's file. */
export function isJunk(name: string): boolean {
  return /^(?:\..*|thumbs\.db|desktop\.ini|icon\r|~\$.*|.*\.(?:swp|crdownload|part))$/is.test(name)
}
