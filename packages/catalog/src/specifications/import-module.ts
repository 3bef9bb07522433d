import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A module as it was imported, and what tells the text of it and of all that it imports from any other. */
export interface ImportedModule {
  readonly loaded: unknown
  readonly digest: string
}

interface Known extends ImportedModule {
  /** The digest of the content of each file, as it was loaded. */
  readonly files: ReadonlyMap<string, string>
}

/** In the address of every module of one import, so that all of them are as new as the first. */
const markName = 'fairlead-load'

const known = new Map<string, Known>()
let imports = 0

/** What tells a content from any other. */
export function contentDigest(content: string | NodeJS.ArrayBufferView | ArrayBuffer): string {
  const view = content instanceof ArrayBuffer ? new Uint8Array(content) : content
  return createHash('sha256').update(view).digest('base64url')
}

function isAsItWas(files: ReadonlyMap<string, string>): boolean {
  return [...files].every(([file, digest]) => existsSync(file) && contentDigest(readFileSync(file)) === digest)
}

/** Imports a module with all that it imports, and tells of each file what was loaded; what is of this product is left out. */
async function importMarked(file: string, files: Map<string, string>): Promise<unknown> {
  const url = pathToFileURL(file)
  const mark = String(++imports)
  url.searchParams.set(markName, mark)
  const isOurs = (address: string | undefined) =>
    address !== undefined && (address.includes(`${markName}=${mark}`) || (address.startsWith('file:') && files.has(fileURLToPath(address))))
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      // A module of a folder without packages of its own may import ours all the same.
      if (specifier.startsWith('@fairlead/')) return next(specifier, { ...context, parentURL: import.meta.url })
      const found = next(specifier, context)
      if (!isOurs(context.parentURL) || !found.url.startsWith('file:')) return found
      const own = new URL(found.url)
      // Modules that are required are known by their path alone.
      if (context.conditions?.includes('require') !== true) own.searchParams.set(markName, mark)
      const path = fileURLToPath(own)
      if (existsSync(path)) files.set(path, contentDigest(readFileSync(path)))
      return { ...found, url: own.href }
    },
    load: (address, context, next) => {
      const found = next(address, context)
      if (isOurs(address) && found.source !== null && found.source !== undefined)
        files.set(fileURLToPath(address), contentDigest(found.source))
      return found
    },
  })
  try {
    return await import(url.href)
  } finally {
    hooks.deregister()
  }
}

/**
 * Imports a module file. It is imported anew when it, or a file that it imports, is no longer what it was: a long-lived
 * process would keep the first. Rejects with what the module throws.
 */
export async function importModule(file: string): Promise<ImportedModule> {
  const before = known.get(file)
  if (before !== undefined && isAsItWas(before.files)) return before
  const files = new Map([[file, contentDigest(readFileSync(file))]])
  const loaded: unknown = await importMarked(file, files)
  const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const now = { loaded, files, digest: contentDigest(sorted.map(one => one.join('\0')).join('\0')) }
  known.set(file, now)
  return now
}
