const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'

/** The worker's entry: next to this file as source, and next to the built chunk that holds this line. */
export const workerEntry = new URL(`./worker${extension}`, import.meta.url)

/** Node flags of a worker: run from sources, workspace packages resolve to their sources there too. */
export const workerFlags: readonly string[] = extension === '.ts' ? ['--conditions=@fairlead/source'] : []
