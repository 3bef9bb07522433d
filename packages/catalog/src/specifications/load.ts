import { readdirSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseSpecificationYaml, type Specification } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { readConfigText } from '../config/read-text.ts'
import type { Project } from '../project.ts'

const yamlExtensions = ['.yaml', '.yml']
const moduleExtensions = ['.ts', '.mts', '.js', '.mjs']
const hint = 'Correct specification_files in fairlead.yaml.'

function missing(path: string): FairleadError {
  return new FairleadError('config-invalid', `there are no specifications at ${path}`, { path, hint })
}

/** The files that a path of `specification_files` means: itself, or what lies in the folder, sorted. */
function filesOf(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw missing(path)
  const legal = (name: string) => !name.endsWith('.d.ts') && [...yamlExtensions, ...moduleExtensions].includes(extname(name))
  if (stat.isDirectory()) {
    return readdirSync(path)
      .filter(legal)
      .toSorted()
      .map(name => join(path, name))
  }
  if (legal(path)) return [path]
  throw new FairleadError('config-invalid', `${path} is neither YAML nor a TypeScript or JavaScript module`, { path, hint })
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

async function loadModule(file: string): Promise<readonly Specification[]> {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) throw missing(file)
  // The module loader would wait for whoever writes to a pipe.
  if (!stat.isFile()) throw new FairleadError('config-invalid', `${file} is not a regular file`, { path: file, hint })
  const url = pathToFileURL(file)
  // An edited module is another one; without this a long-lived process would keep the first.
  url.searchParams.set('modified', String(stat.mtimeMs))
  let loaded: unknown
  try {
    loaded = await withOurPackages(() => import(url.href))
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FairleadError('config-invalid', `the specifications in ${file} can't be loaded: ${reason}`, {
      path: file,
      hint: 'Correct the module.',
      cause,
    })
  }
  const values: readonly unknown[] = typeof loaded === 'object' && loaded !== null ? Object.values(loaded) : []
  const found = new Set(values.flat().filter(isSpecification))
  if (found.size > 0) return [...found]
  throw new FairleadError('config-invalid', `${file} exports no specification`, {
    path: file,
    hint: 'Export what defineSpecification gives, alone or in a list.',
  })
}

function loadYaml(file: string): readonly Specification[] {
  const text = readConfigText(file)
  if (text === undefined) throw missing(file)
  return parseSpecificationYaml(text, file)
}

/**
 * All specifications of a project, sorted by name: from the project file and from the files it names. Throws
 * `config-invalid`, with file, line and column where it is YAML; also when two share a name.
 */
export async function loadSpecifications({ file, config }: Project): Promise<readonly Specification[]> {
  const from = new Map<string, string>()
  const all: Specification[] = []
  const add = (source: string, specifications: readonly Specification[]) => {
    for (const specification of specifications) {
      const other = from.get(specification.name)
      if (other !== undefined) {
        throw new FairleadError('config-invalid', `the specification ${specification.name} is defined in ${other} and in ${source}`, {
          path: source,
          hint,
        })
      }
      from.set(specification.name, source)
      all.push(specification)
    }
  }
  if (config.specificationsText !== undefined) {
    const { text, source } = config.specificationsText
    add(source, parseSpecificationYaml(text, source))
  } else if (config.hasSpecifications) add(file, loadYaml(file))
  for (const source of config.specificationFiles.flatMap(filesOf)) {
    add(source, yamlExtensions.includes(extname(source)) ? loadYaml(source) : await loadModule(source))
  }
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
