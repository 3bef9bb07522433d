const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/**
 * The file of a module that another process or thread starts from: below this folder as source, below `dist` when built
 * (the chunk that holds this line lies there). `path` has no extension.
 */
export function entryFile(path: string): URL {
  return new URL(`./${path}${extension}`, import.meta.url)
}

/** Node flags of such a process: run from sources, workspace packages resolve to their sources there too. */
export const entryFlags: readonly string[] = extension === '.ts' ? ['--conditions=@fairlead/source'] : []
