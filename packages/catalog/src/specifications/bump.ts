import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { readConfigText } from '../config/read-text.ts'
import { replaceText } from '../config/replace-text.ts'
import type { Project } from '../project.ts'
import { bumpText, renameText, type BumpedText } from './bump-text.ts'
import { loadSpecificationSources } from './load.ts'
import { isYaml, missing } from './sources.ts'

/** What a bump did or, as a dry run, would do. */
export interface SpecificationBump {
  readonly from: string
  readonly to: string
  /** The file that holds the copy. */
  readonly file: string
  /** The file did not exist before. */
  readonly created: boolean
  /** Whether the project reads the file as it is configured. */
  readonly listed: boolean
  /** Where the copy begins, counted from 1. */
  readonly line: number
  /** Lines of the copy that still say the old name, such as a pattern of its root. */
  readonly mentions: BumpedText['mentions']
}

/** The name with the next number: spec001 → spec002. Throws `input-invalid` when there is none. */
export function nextSpecificationName(name: string): string {
  const [, letters, digits] = /^([a-z]{3,4})([0-9]{3})$/.exec(name) ?? []
  if (letters === undefined || digits === undefined)
    throw new FairleadError('input-invalid', `"${name}" is not a specification name`, {
      hint: 'It is 3 or 4 lower-case letters, then 3 digits.',
    })
  if (digits === '999')
    throw new FairleadError('input-invalid', `${name} has the last number`, { hint: 'Begin a specification with other letters, at 001.' })
  return `${letters}${String(Number(digits) + 1).padStart(3, '0')}`
}

/** Where the copy of a file that is one specification goes: beside it. */
function besideOf(file: string, from: string, to: string): string {
  const name = basename(file)
  return join(dirname(file), name.includes(from) ? name.replace(from, to) : `${to}${extname(file)}`)
}

/**
 * Copies a specification under the next number, in its YAML file or, where that is one specification alone, in a file
 * beside it. Everything else stays as it is written. Throws `not-found`, `already-exists`, `input-invalid` when there is no
 * next number, and `unsupported` with what to do by hand for a module and for YAML that can't be copied word by word.
 */
export async function bumpSpecification(
  project: Project,
  name: string,
  options: { readonly dryRun?: boolean } = {},
): Promise<SpecificationBump> {
  const to = nextSpecificationName(name)
  const all = await loadSpecificationSources(project)
  const names = all.map(({ specification }) => specification.name)
  const found = all.find(({ specification }) => specification.name === name)
  if (found === undefined)
    throw new FairleadError('not-found', `there is no specification ${name}`, { hint: `There are: ${names.join(', ') || 'none'}.` })
  const next = all.find(({ specification }) => specification.name === to)
  if (next !== undefined)
    throw new FairleadError('already-exists', `the specification ${to} already exists, in ${next.source}`, {
      path: next.source,
      hint: `Bump the last one: fairlead spec bump ${names.filter(one => one.slice(0, -3) === name.slice(0, -3)).at(-1) ?? to}`,
    })
  const { source } = found
  const byHand = (what: string) =>
    new FairleadError('unsupported', `${name} ${what}`, {
      path: source,
      hint: `Copy the definition there by hand, name the copy ${to}${isYaml(source) ? '' : ', export it'}, then run: fairlead spec check`,
    })
  if (!isYaml(source)) throw byHand(`is defined in a module, ${source}, which is not rewritten`)
  const text = readConfigText(source)
  if (text === undefined) throw missing(source)
  const renamed = renameText(text, name, to)
  const bumped = renamed ?? bumpText(text, name, to)
  if (bumped === undefined) throw byHand(`is written in ${source} so that it can't be copied word by word`)
  const file = renamed === undefined ? source : besideOf(source, name, to)
  const created = renamed !== undefined
  if (created && existsSync(file))
    throw new FairleadError('already-exists', `${file} already exists`, {
      path: file,
      hint: 'Move it away, or copy the definition by hand.',
    })
  if (options.dryRun !== true) replaceText(file, bumped.text)
  const listed = !created || project.config.specificationFiles.includes(dirname(file))
  return { from: name, to, file, created, listed, line: bumped.line, mentions: bumped.mentions }
}
