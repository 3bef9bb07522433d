import { pathIn, readNames, type ListOptions, type Names } from './list-folder.ts'

/**
 * Every file below a folder, in order of path; nothing is looked at but names. Folders below that can't be read are left
 * out. Throws what the system says when the topmost can't.
 */
export function* walkNames(options: ListOptions): Generator<{ readonly path: string; readonly name: string }> {
  yield* below(readNames('', options), options)
}

function* below({ folder, folders, names }: Names, options: ListOptions): Generator<{ readonly path: string; readonly name: string }> {
  // Folders and files in one order: a folder sorts as the paths in it do.
  const entries = [...names, ...folders.map(name => `${name}/`)].toSorted()
  for (const entry of entries) {
    if (!entry.endsWith('/')) {
      yield { path: pathIn(folder, entry), name: entry }
      continue
    }
    let inner: Names
    try {
      inner = readNames(pathIn(folder, entry.slice(0, -1)), options)
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause) continue
      throw cause
    }
    yield* below(inner, options)
  }
}
