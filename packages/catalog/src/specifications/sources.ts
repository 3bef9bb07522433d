import { readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { builtinTraits, type TraitRegistry } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'

const yamlExtensions = ['.yaml', '.yml']
const moduleExtensions = ['.ts', '.mts', '.js', '.mjs']
const hint = 'Correct specification_files in fairlead.yaml.'

/** The error for a path where no specifications are. */
export function missing(path: string): FairleadError {
  return new FairleadError('config-invalid', `there are no specifications at ${path}`, { path, hint })
}

/** Whether a file is read as YAML, not as a module. */
export function isYaml(file: string): boolean {
  return yamlExtensions.includes(extname(file))
}

/** The files that a path means: itself, or what lies in the folder, sorted. Throws `config-invalid`. */
export function specificationFilesAt(path: string): readonly string[] {
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

/** All files with specifications of a project: the project file first, when it holds some. Throws `config-invalid`. */
export function projectSpecificationFiles({ file, config }: Pick<Project, 'file' | 'config'>): readonly string[] {
  return [...(config.hasSpecifications ? [file] : []), ...config.specificationFiles.flatMap(specificationFilesAt)]
}

/** The built-in traits and those of modules. Throws `config-invalid` for a name that two of them give. */
export function registryOf(modules: ReadonlyMap<string, TraitRegistry>): TraitRegistry {
  const from = new Map<string, string>()
  for (const [file, traits] of modules) {
    for (const name of Object.keys(traits)) {
      const other = Object.hasOwn(builtinTraits, name) ? 'Fairlead itself' : from.get(name)
      if (other !== undefined) {
        throw new FairleadError('config-invalid', `the trait ${name} of ${file} has the same name as one in ${other}`, {
          path: file,
          hint: 'Give it another name.',
        })
      }
      from.set(name, file)
    }
  }
  return Object.assign({}, builtinTraits, ...modules.values())
}
