import { lstatSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'

/**
 * Makes sure that files lie where their paths say: no folder between `root` and any of them is a symbolic link, by which
 * a staging folder of somebody else would let files from anywhere be sent. Paths are relative to `root`, with `/`. Throws
 * `path-invalid`.
 */
export function checkRealFolders(root: string, paths: Iterable<string>): void {
  const checked = new Set<string>()
  for (const path of paths) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const folder = `${root}/${path.slice(0, slash)}`
      if (checked.has(folder)) continue
      checked.add(folder)
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue
      throw new FairleadError('path-invalid', `"${folder}" is a symbolic link, which is not staged content.`, {
        path: folder,
        hint: 'Recreate the staging folder with: fairlead create',
      })
    }
  }
}
