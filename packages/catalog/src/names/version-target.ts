import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { compileNameGrammar, specificationOf, valuesOfReference, type NameValues, type Specification } from '@fairlead/assets'
import { FairleadError, parseReference } from '@fairlead/core'
import type { Project } from '../project.ts'

/** An asset whose versions are asked for. */
export interface VersionTarget {
  readonly specification: Specification
  readonly values: NameValues
}

function unknownTarget(text: string, cause?: unknown): FairleadError {
  return new FairleadError('input-invalid', `${JSON.stringify(text)} is not a reference, asset name or path of an asset in this project`, {
    hint: 'Give a reference such as cat001/spec001/running-cat, with the specification of this project.',
    ...(cause !== undefined && { cause }),
  })
}

/** An asset's name with or without its version, or the name of one of its files. */
function fromName(name: string, specifications: readonly Specification[]): VersionTarget | undefined {
  const specification = specifications.find(one => one.name === specificationOf(name))
  if (specification === undefined) return undefined
  const { assetNameGrammar, assetNameFields, filenameGrammar } = specification
  const unversioned = compileNameGrammar(assetNameFields.filter(field => field !== 'version'))
  for (const grammar of [assetNameGrammar, filenameGrammar, unversioned]) {
    const parsed = grammar.parse(name)
    if (parsed.ok) return { specification, values: parsed.values }
  }
  return undefined
}

function fromReference(text: string, specifications: readonly Specification[]): VersionTarget | undefined {
  let reference
  try {
    reference = parseReference(text)
  } catch (cause) {
    throw unknownTarget(text, cause)
  }
  const { collection, name } = reference
  for (const specification of specifications) {
    const fields = specification.assetNameFields.filter(field => field !== 'version')
    const values = valuesOfReference({ collection, name }, fields)
    if (values !== undefined && (values.specification ?? specification.name) === specification.name) return { specification, values }
  }
  return undefined
}

/** What a text names: a path within the ingress, an asset's name, or a reference. Throws `input-invalid`. */
export function targetOf(project: Project, text: string, specifications: readonly Specification[]): VersionTarget {
  const path = relative(project.config.ingressDirectory, resolve(text))
  const segments = existsSync(resolve(text)) && !path.startsWith('..') ? path.split(/[\\/]/).toReversed() : [text]
  for (const segment of segments) {
    const target = fromName(segment, specifications)
    if (target !== undefined) return target
  }
  const target = fromReference(text, specifications)
  if (target === undefined) throw unknownTarget(text)
  return target
}
