import { statSync } from 'node:fs'
import { isTrait, type Specification, type Trait, type TraitRegistry } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { importModule } from './import-module.ts'

/** What a TypeScript or JavaScript module of a project gives. */
export interface SpecificationModule {
  readonly specifications: readonly Specification[]
  /** What it exports under the name `traits`: traits that YAML specifications of the project may name. */
  readonly traits: TraitRegistry
}

function isSpecification(value: unknown): value is Specification {
  return typeof value === 'object' && value !== null && 'filenameGrammar' in value && 'assetRules' in value
}

function readTraits(exported: unknown, file: string): TraitRegistry {
  if (exported === undefined) return {}
  const entries: readonly [string, unknown][] = typeof exported === 'object' && exported !== null ? Object.entries(exported) : []
  const traits = entries.filter((entry): entry is [string, Trait] => isTrait(entry[1]))
  if (traits.length > 0 && traits.length === entries.length) return Object.fromEntries(traits)
  throw new FairleadError('config-invalid', `${file} exports traits that are not created with defineTrait`, {
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
  let loaded: unknown
  try {
    loaded = (await importModule(file)).loaded
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : 'it threw something that is not an error'
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
    hint: 'Export the result of defineSpecification, alone or in a list.',
  })
}
