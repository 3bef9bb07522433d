/** An asset, or a file that belongs to none. */
export interface TreeLeaf {
  readonly name: string
  readonly path: string
  readonly valid: boolean
  /** Files; undefined for a file that belongs to no asset. */
  readonly files: number | undefined
}

/** A folder with how many valid and invalid leaves lie below it; some of them may be left out. */
export interface TreeFolder {
  readonly name: string
  readonly folders: readonly TreeFolder[]
  readonly leaves: readonly TreeLeaf[]
  readonly valid: number
  readonly invalid: number
  /** Folders and leaves of this folder that are left out. */
  readonly left: { readonly folders: number; readonly valid: number; readonly invalid: number }
}

interface Growing {
  readonly name: string
  readonly folders: Map<string, Growing>
  readonly leaves: { readonly valid: TreeLeaf[]; readonly invalid: TreeLeaf[] }
  readonly own: { valid: number; invalid: number }
  valid: number
  invalid: number
}

export interface TreeLimits {
  /** Of each kind (valid, invalid, folders) in a folder. */
  readonly perFolder: number
  /** Folders and leaves in all. */
  readonly total: number
}

const grow = (name: string): Growing => ({
  name,
  folders: new Map(),
  leaves: { valid: [], invalid: [] },
  own: { valid: 0, invalid: 0 },
  valid: 0,
  invalid: 0,
})

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** Takes leaves in any number and gives the tree of them, with as many nodes as fit; what is wrong comes before what is left out. */
export class TreeBuilder {
  private readonly root = grow('')
  private readonly limits: TreeLimits

  constructor(limits: TreeLimits) {
    this.limits = limits
  }

  add(path: string, valid: boolean, files: number | undefined): void {
    const segments = path.split('/')
    const name = segments.pop() ?? path
    const key = valid ? 'valid' : 'invalid'
    let folder = this.root
    folder[key]++
    for (const segment of segments) {
      let inner = folder.folders.get(segment)
      if (inner === undefined) folder.folders.set(segment, (inner = grow(segment)))
      folder = inner
      folder[key]++
    }
    folder.own[key]++
    if (folder.leaves[key].length < this.limits.perFolder) folder.leaves[key].push({ name, path, valid, files })
  }

  build(): TreeFolder {
    let left = this.limits.total
    const finish = (growing: Growing): TreeFolder => {
      const { name, own, valid, invalid } = growing
      const { perFolder } = this.limits
      // Folders with something wrong in them are kept before others.
      const inner = [...growing.folders.values()].toSorted(byName)
      const kept = new Set(
        [...inner.filter(each => each.invalid > 0), ...inner.filter(each => each.invalid === 0)].slice(0, Math.min(perFolder, left)),
      )
      left -= kept.size
      const wrong = growing.leaves.invalid.slice(0, Math.max(0, left))
      left -= wrong.length
      const right = growing.leaves.valid.slice(0, Math.max(0, left))
      left -= right.length
      return {
        name,
        valid,
        invalid,
        folders: inner.filter(each => kept.has(each)).map(finish),
        leaves: [...wrong, ...right].toSorted(byName),
        left: { folders: inner.length - kept.size, valid: own.valid - right.length, invalid: own.invalid - wrong.length },
      }
    }
    return finish(this.root)
  }
}
