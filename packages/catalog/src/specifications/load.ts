import { parseSpecificationYaml, readSpecificationYaml, type Specification, type TraitRegistry } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { readConfigText } from '../config/read-text.ts'
import type { Project } from '../project.ts'
import { loadModule, type SpecificationModule } from './load-module.ts'
import { isYaml, missing, projectSpecificationFiles, registryOf } from './sources.ts'

/** A specification and the file that it comes from. */
export interface SourcedSpecification {
  readonly specification: Specification
  readonly source: string
  /** Where it begins, counted from 1; undefined for a module. */
  readonly line?: number
}

function loadYaml(file: string, registry: TraitRegistry, given?: string): readonly SourcedSpecification[] {
  const text = given ?? readConfigText(file)
  if (text === undefined) throw missing(file)
  parseSpecificationYaml(text, file, registry)
  return readSpecificationYaml(text, registry).specifications.map(({ specification, line }) => ({ specification, source: file, line }))
}

/**
 * All specifications of a project with their files, sorted by name. Specifications in YAML may name the traits that modules
 * among `specification_files` export. Throws `config-invalid`, with file, line and column where it is YAML; also when two
 * share a name.
 */
export async function loadSpecificationSources(project: Project): Promise<readonly SourcedSpecification[]> {
  const files = projectSpecificationFiles(project)
  const modules = new Map<string, SpecificationModule>()
  for (const file of files) if (!isYaml(file)) modules.set(file, await loadModule(file))
  const registry = registryOf(new Map([...modules].map(([file, { traits }]) => [file, traits])))
  const from = new Map<string, string>()
  const all: SourcedSpecification[] = []
  const { specificationsText: inEnvironment } = project.config
  for (const source of [...(inEnvironment === undefined ? [] : [inEnvironment.source]), ...files]) {
    const text = source === inEnvironment?.source ? inEnvironment.text : undefined
    const found = modules.get(source)?.specifications.map(specification => ({ specification, source })) ?? loadYaml(source, registry, text)
    for (const one of found) {
      const { name } = one.specification
      const other = from.get(name)
      if (other !== undefined) {
        throw new FairleadError('config-invalid', `the specification ${name} is defined in ${other} and in ${source}`, {
          path: source,
          hint: 'Correct specification_files in fairlead.yaml.',
        })
      }
      from.set(name, source)
      all.push(one)
    }
  }
  return all.toSorted((a, b) => (a.specification.name < b.specification.name ? -1 : 1))
}

/** The specifications of {@link loadSpecificationSources} alone. */
export async function loadSpecifications(project: Project): Promise<readonly Specification[]> {
  return (await loadSpecificationSources(project)).map(({ specification }) => specification)
}
