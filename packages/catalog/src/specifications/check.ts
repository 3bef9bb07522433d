import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readSpecificationYaml, specificationWarnings, type TraitRegistry, type YamlFinding } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { readConfigText } from '../config/read-text.ts'
import { loadModule, type SpecificationModule } from './load-module.ts'
import { isYaml, missing, registryOf, specificationFilesAt } from './sources.ts'

/** What a check says of one file with specifications. */
export interface CheckedSpecificationFile {
  readonly file: string
  readonly specifications: readonly string[]
  readonly faults: readonly YamlFinding[]
  readonly warnings: readonly YamlFinding[]
}

interface Named {
  readonly name: string
  readonly line: number
  readonly column: number
}

type Checked = Omit<CheckedSpecificationFile, 'specifications'> & { readonly specifications: readonly Named[] }

const top = { line: 1, column: 1 }

/** Where in a module an error was thrown, as its stack tells; the top of the file where it does not. */
function placeIn(file: string, error: unknown): { readonly line: number; readonly column: number } {
  const stacks: string[] = []
  for (let one: unknown = error; one instanceof Error; one = one.cause) stacks.unshift(one.stack ?? '')
  const { href } = pathToFileURL(file)
  for (const stack of stacks) {
    const start = stack.indexOf(href)
    const place = start < 0 ? null : /^(?:\?[^:\s]*)?:(\d+)(?::(\d+))?/.exec(stack.slice(start + href.length))
    if (place !== null) return { line: Number(place[1]), column: Number(place[2] ?? 1) }
  }
  return top
}

/** Where a module first writes a name as a text. */
function placeOfName(text: string, name: string): { readonly line: number; readonly column: number } {
  const at = new RegExp(`['"\`]${name}['"\`]`).exec(text)?.index
  if (at === undefined) return top
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

function checkModule(file: string, module: SpecificationModule): Checked {
  const text = readFileSync(file, 'utf8')
  const specifications = module.specifications.map(({ name }) => ({ name, ...placeOfName(text, name) }))
  const warnings = module.specifications.flatMap(specification =>
    specificationWarnings(specification).map(({ message }) => ({
      ...placeOfName(text, specification.name),
      message: `${specification.name}: ${message}`,
    })),
  )
  return { file, specifications, faults: [], warnings }
}

function failed(file: string, error: unknown): Checked {
  if (!FairleadError.is(error)) throw error
  const found = placeIn(file, error)
  return { file, specifications: [], warnings: [], faults: error.message.split('\n').map(message => ({ ...found, message })) }
}

function checkYamlFile(file: string, registry: TraitRegistry): Checked {
  try {
    const text = readConfigText(file)
    if (text === undefined) throw missing(file)
    const { specifications, ...findings } = readSpecificationYaml(text, registry)
    return {
      file,
      ...findings,
      specifications: specifications.map(({ specification: { name }, line, column }) => ({ name, line, column })),
    }
  } catch (error) {
    return failed(file, error)
  }
}

/**
 * Checks files with specifications, or folders of them, together: what is wrong with each, at its place, and what is legal
 * but can't be meant. A name that two files define is a fault of the second. Traits that the modules among them export may
 * be named in YAML. Throws `config-invalid` for a path where there is nothing to check.
 */
export async function checkSpecificationFiles(paths: readonly string[]): Promise<readonly CheckedSpecificationFile[]> {
  const files = [...new Set(paths.flatMap(path => specificationFilesAt(resolve(path))))]
  const modules = new Map<string, SpecificationModule>()
  const broken = new Map<string, Checked>()
  for (const file of files) {
    if (isYaml(file)) continue
    try {
      const module = await loadModule(file)
      registryOf(new Map([...[...modules].map(([one, { traits }]) => [one, traits] as const), [file, module.traits]]))
      modules.set(file, module)
    } catch (error) {
      broken.set(file, failed(file, error))
    }
  }
  const registry = registryOf(new Map([...modules].map(([file, { traits }]) => [file, traits])))
  const from = new Map<string, string>()
  return files.map(file => {
    const module = modules.get(file)
    const checked = broken.get(file) ?? (module === undefined ? checkYamlFile(file, registry) : checkModule(file, module))
    const faults = [...checked.faults]
    for (const { name, line, column } of checked.specifications) {
      const other = from.get(name)
      if (other !== undefined && other !== file)
        faults.push({ line, column, message: `The specification ${name} is defined in ${other} too.` })
      from.set(name, other ?? file)
    }
    return { file, specifications: checked.specifications.map(({ name }) => name), faults, warnings: checked.warnings }
  })
}
