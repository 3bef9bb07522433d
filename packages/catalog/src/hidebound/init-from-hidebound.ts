import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { makeFolder } from '@fairlead/core/host'
import { projectFileName } from '../config/config.ts'
import type { Variables } from '../config/environment.ts'
import { readConfigText } from '../config/read-text.ts'
import { writeEditorSchema } from '../config/editor-schema.ts'
import { convertHidebound, type ConvertedConfig, type SpecificationModule } from './convert.ts'
import type { ConversionNote } from './notes.ts'
import { convertedText, shellWord } from './project-text.ts'
import { readHidebound, readHideboundEnvironment } from './read-hidebound.ts'

/** How a configuration is converted. */
export interface FromHideboundOptions {
  /** The folder of the project, by default the current one. */
  readonly output?: string
}

/** What a conversion made. */
export interface FromHideboundResult {
  readonly file: string
  /** Files that were written, relative to the folder. */
  readonly created: readonly string[]
  readonly notes: readonly ConversionNote[]
  /** Commands that make the connections of the exporters, as words. No secret is in them. */
  readonly commands: ReadonlyArray<readonly string[]>
}

interface Made {
  readonly files: ReadonlyMap<string, string>
  readonly specificationFiles: readonly string[]
  readonly notes: readonly ConversionNote[]
}

async function makeModules(modules: readonly SpecificationModule[], from: string): Promise<Made> {
  const files = new Map<string, string>()
  const notes: ConversionNote[] = []
  const note = (kind: ConversionNote['kind'], message: string) => void notes.push({ key: 'specification_files', kind, message })
  // The parser of Python is loaded only where there is some.
  const { importSpecifications } = modules.length > 0 ? await import('@fairlead/assets/hidebound') : {}
  for (const { python, yaml } of modules) {
    const path = isAbsolute(python) ? python : resolve(from, python)
    const command = `fairlead spec import ${shellWord(path)}`
    try {
      const text = readConfigText(path)
      const made = text === undefined ? undefined : importSpecifications?.(Buffer.from(text), path)
      if (made === undefined || made.specifications.length === 0) {
        const why = made === undefined ? 'is not there' : 'contains no specification that could be converted'
        note('to-do', `${path} ${why}. Convert it with \`${command}\`, and list the YAML file here.`)
        continue
      }
      files.set(yaml, made.yaml)
      note('changed', `${path} is ${yaml} now.`)
      for (const { line, what, why, instead } of made.notCarried) note('left-out', `${path}:${line}: ${what}: ${why} ${instead}`)
      for (const { line, message } of made.notes) note('changed', `${path}:${line}: ${message}`)
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      note('to-do', `${path} could not be converted: ${error.message}. See \`${command}\`.`)
    }
  }
  return { files, specificationFiles: [...files.keys()], notes }
}

async function write(
  converted: ConvertedConfig,
  source: string,
  from: string,
  options: FromHideboundOptions,
): Promise<FromHideboundResult> {
  const folder = resolve(options.output ?? '.')
  const file = join(folder, projectFileName)
  const made = await makeModules(converted.modules, from)
  const taken = [projectFileName, ...made.files.keys()].map(name => join(folder, name)).find(path => existsSync(path))
  if (taken !== undefined) {
    throw new FairleadError('already-exists', `${taken} already exists. Nothing was written`, {
      path: taken,
      hint: 'Choose another folder with --output.',
    })
  }
  const notes = [...converted.notes, ...made.notes]
  const values = { ...converted.values, ...(made.specificationFiles.length > 0 && { specification_files: made.specificationFiles }) }
  makeFolder(folder)
  for (const [name, text] of made.files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text, { flag: 'wx' })
  }
  writeFileSync(file, convertedText({ ...converted, values, notes }, source), { flag: 'wx' })
  writeEditorSchema(folder)
  return { file, created: [...made.files.keys(), projectFileName], notes, commands: converted.commands }
}

/**
 * Makes a project from a configuration file of Hidebound, YAML or JSON. Nothing is overwritten, secrets are copied
 * nowhere, and what could not be carried over is told with a reason, in the file too. Throws `config-invalid`,
 * `not-found`, `already-exists`.
 */
export function initFromHidebound(file: string, options: FromHideboundOptions = {}): Promise<FromHideboundResult> {
  const path = resolve(file)
  return write(convertHidebound(readHidebound(path)), basename(path), dirname(path), options)
}

/** The same from the variables HIDEBOUND_…, or from the file that HIDEBOUND_CONFIG_FILEPATH names. */
export function initFromHideboundEnvironment(
  environment: Variables = process.env,
  options: FromHideboundOptions = {},
): Promise<FromHideboundResult> {
  const file = environment['HIDEBOUND_CONFIG_FILEPATH']
  if (file) return initFromHidebound(file, options)
  return write(convertHidebound(readHideboundEnvironment(environment)), 'the environment', resolve('.'), options)
}
