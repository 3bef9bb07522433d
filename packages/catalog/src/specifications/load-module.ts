import { statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isTrait, type Specification, type Trait, type TraitRegistry } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'

/** What a TypeScript or JavaScript module of a project gives. */
export interface SpecificationModule {
  readonly specifications: readonly Specification[]
  /** What it exports under the name `traits`: traits that YAML specifications of the project may name. */
  readonly traits: TraitRegistry
}

function isSpecification(value: unknown): value is Specification {
  return typeof value === 'object' && value !== null && 'filenameGrammar' in value && 'assetRules' in value
}

/** A module of a folder without packages of its own may import ours all the same. */
function withOurPackages<T>(work: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      if (!specifier.startsWith('@fairlead/')) return next(specifier, context)
      return next(specifier, { ...context, parentURL: import.meta.url })
    },
  })
  return work().finally(() => hooks.deregister())
}

function readTraits(exported: unknown, file: string): TraitRegistry {
  if (exported === undefined) return {}
  const entries: readonly [string, unknown][] = typeof exported === 'object' && exported !== null ? Object.entries(exported) : []
  const traits = entries.filter((entry): entry is [string, Trait] => isTrait(entry[1]))
  if (traits.length > 0 && traits.length === entries.length) return Object.fromEntries(traits)
  throw new FairleadError('config-invalid', `${file} exports traits that are not what defineTrait gives`, {
    path: file,
    hint: 'Export them by name: export const traits = { brightness: defineTrait({ … }) }',
  })
}

/**
 * Loads a module and takes its specifications and traits. An edited module is loaded anew. Throws `config-invalid`; what
 * the module itself threw is the cause.
 */
export async function loadModule(file: string): Promise<SpecificationModule> {
  const stat = statSync(file, { throwIfNoEntry: false })
  // The module loader would wait for whoever writes to a pipe.
  if (stat?.isFile() !== true) {
    throw new FairleadError('config-invalid', `${file} is not a regular file`, {
      path: file,
      hint: 'Correct specification_files in fairlead.yaml.',
    })
  }
  const url = pathToFileURL(file)
  // An edited module is another one; without this a long-lived process would keep the first.
  url.searchParams.set('modified', String(stat.mtimeMs))
  let loaded: unknown
  try {
    loaded = await withOurPackages(() => import(url.href))
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : 'what it threw is no error'
    throw new FairleadError('config-invalid', `the specifications in ${file} can't be loaded: ${reason}`, {
      path: file,
      hint: 'Correct the module.',
      cause,
    })
  }
  const exported: Readonly<Record<string, unknown>> = { ...(typeof loaded === 'object' && loaded) }
  const specifications = new Set(Object.values(exported).flat().filter(isSpecification))
  const traits = readTraits(exported['traits'], file)
  if (specifications.size > 0 || 'traits' in exported) return { specifications: [...specifications], traits }
  throw new FairleadError('config-invalid', `${file} exports no specification`, {
    path: file,
    hint: 'Export what defineSpecification gives, alone or in a list.',
  })
}
