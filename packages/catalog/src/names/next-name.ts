import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import {
  compileNameGrammar,
  referenceOf,
  referenceText,
  specificationOf,
  valuesOfReference,
  type NameValues,
  type Specification,
} from '@fairlead/assets'
import { FairleadError, parseReference } from '@fairlead/core'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'
import { loadSpecifications } from '../specifications/load.ts'
import { folderOf, inFolder } from './propose.ts'
import { refuseLinks, within } from './seen.ts'

export interface NextOptions {
  /** Tags that a connection has of this asset, asked with its collection and name. */
  readonly tagsOf?: (collection: string, name: string) => Promise<readonly string[]>
  /** Make the folder of the next version where those before it lie. */
  readonly makeFolder?: boolean
  /** The folder for the first version, relative to the ingress; by default where its siblings lie. */
  readonly folder?: string
}

/** The next version of an asset. */
export interface NextName {
  /** The asset's name with it. */
  readonly name: string
  readonly reference: string
  readonly version: number
  /** Versions that there are, anywhere that was looked, in order. */
  readonly versions: readonly number[]
  /** Versions below the highest that there are not. */
  readonly gaps: readonly number[]
  /** The folder that was made, relative to the ingress. */
  readonly made?: string
}

interface Target {
  readonly specification: Specification
  readonly values: NameValues
}

const lastVersion = 999

function unknownTarget(text: string, cause?: unknown): FairleadError {
  return new FairleadError('input-invalid', `${JSON.stringify(text)} is no reference, asset name or path of an asset of this project`, {
    hint: 'Give a reference such as cat001/spec001/running-cat, with the specification of this project.',
    ...(cause !== undefined && { cause }),
  })
}

/** An asset's name with or without its version, or the name of one of its files. */
function fromName(name: string, specifications: readonly Specification[]): Target | undefined {
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

function fromReference(text: string, specifications: readonly Specification[]): Target | undefined {
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

/** What a text names: a path within the ingress, an asset's name, or a reference. */
function targetOf(project: Project, text: string, specifications: readonly Specification[]): Target {
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

/** Collects which versions of one asset there are. */
class Versions {
  readonly found = new Map<number, string | undefined>()
  private readonly specification: Specification
  private readonly key: string

  constructor({ specification, values }: Target) {
    this.specification = specification
    this.key = this.keyOf(values)
  }

  /** Counts a name when it is one of this asset's. `path`: where it lies, relative to the ingress. */
  addName(name: string, path?: string): void {
    const { assetNameGrammar, filenameGrammar } = this.specification
    for (const grammar of [assetNameGrammar, filenameGrammar]) {
      const parsed = grammar.parse(name)
      if (!parsed.ok || parsed.values.version === undefined || this.keyOf(parsed.values) !== this.key) continue
      this.found.set(parsed.values.version, this.found.get(parsed.values.version) ?? path)
      return
    }
  }

  addTag(tag: string): void {
    const version = /^v(\d{3})$/.exec(tag)?.[1]
    if (version !== undefined && !this.found.has(Number(version))) this.found.set(Number(version), undefined)
  }

  private keyOf(values: NameValues): string {
    const { version: _version, ...others } = values
    const own = this.specification.assetNameFields.filter(field => field !== 'version')
    return own.every(field => others[field] !== undefined) ? compileNameGrammar(own).format(others) : ''
  }
}

/** Names that the last update saw, or said to be the legal ones. None before the first update. */
function addCatalogued(project: Project, versions: Versions, specification: string): void {
  let database
  try {
    database = openCatalog(project.catalogFolder)
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return
    throw error
  }
  try {
    const assets = database.prepare('select asset_path as path, asset_name as name from assets where specification = ?')
    for (const { path, name } of assets.iterate(specification)) {
      if (typeof name === 'string') versions.addName(name, String(path))
      versions.addName(String(path).slice(String(path).lastIndexOf('/') + 1), String(path))
    }
    for (const { name } of database.prepare('select distinct legal_name as name from problems where legal_name is not null').iterate()) {
      versions.addName(String(name))
    }
  } finally {
    database.close()
  }
}

function addListed(folder: string, versions: Versions): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const name of readdirSync(folder)) versions.addName(name)
}

/** The folder of the highest version that lies in the ingress. */
function siblingsFolder(versions: Versions): string | undefined {
  const highest = [...versions.found].filter(([, path]) => path !== undefined).toSorted(([a], [b]) => b - a)[0]?.[1]
  return highest === undefined ? undefined : folderOf(highest)
}

function nothingLeft(text: string): FairleadError {
  return new FairleadError('input-invalid', `${text} has version ${lastVersion} already, and a version has three digits`, {
    hint: 'Go on under another descriptor.',
  })
}

function describe({ specification, values }: Target, version: number, versions: readonly number[]): NextName {
  const next = { ...values, version }
  const name = specification.assetNameGrammar.format(next)
  const reference = referenceText(referenceOf(next, specification.assetNameFields))
  const gaps: number[] = []
  for (let one = 1; one < (versions.at(-1) ?? 0); one++) if (!versions.includes(one)) gaps.push(one)
  return { name, reference, version, versions, gaps }
}

/** Makes the folder of the next version; a version that another process takes meanwhile is passed over. */
function makeNext(project: Project, target: Target, first: number, versions: readonly number[], folder: string): NextName {
  if (target.specification.type === 'file') {
    throw new FairleadError('unsupported', `an asset of ${target.specification.name} is one file, so there is no folder to make`, {
      hint: 'Leave --mkdir out and name the file as shown.',
    })
  }
  const all = [...versions]
  for (let version = first; version <= lastVersion; version++) {
    const next = describe(target, version, all)
    const made = inFolder(folder, next.name)
    refuseLinks(project.config.ingressDirectory, made)
    try {
      mkdirSync(within(project.config.ingressDirectory, made))
      return { ...next, made }
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) {
        throw new FairleadError(
          'path-invalid',
          `the folder ${made} can't be made in the ingress: ${cause instanceof Error ? cause.message : String(cause)}`,
          {
            path: made,
            cause,
          },
        )
      }
      all.push(version)
    }
  }
  throw nothingLeft(describe(target, lastVersion, all).reference)
}

/**
 * The next version of an asset that a reference, an asset's name or a path names: one more than the highest that the last
 * update saw (valid or not), that lies beside those, in staging or, where asked for, on a connection. Throws
 * `input-invalid` for what is no asset of this project and when 999 is reached.
 */
export async function nextName(
  project: Project,
  text: string,
  { tagsOf, makeFolder = false, folder }: NextOptions = {},
): Promise<NextName> {
  const specifications = await loadSpecifications(project)
  const target = targetOf(project, text, specifications)
  const { specification, values } = target
  if (!specification.assetNameFields.includes('version')) {
    throw new FairleadError('input-invalid', `the names of ${specification.name} have no version`, {
      hint: 'Add version to the fields of its asset name.',
    })
  }
  const versions = new Versions(target)
  addCatalogued(project, versions, specification.name)
  const place = folder ?? siblingsFolder(versions)
  const { ingressDirectory, stagingDirectory } = project.config
  if (place !== undefined) {
    addListed(join(ingressDirectory, place), versions)
    addListed(join(stagingDirectory, 'content', place), versions)
  }
  if (tagsOf !== undefined) {
    const { collection, name } = referenceOf(values, specification.assetNameFields)
    for (const tag of await tagsOf(collection, name)) versions.addTag(tag)
  }
  const all = [...versions.found.keys()].toSorted((a, b) => a - b)
  const version = (all.at(-1) ?? 0) + 1
  if (version > lastVersion) throw nothingLeft(describe(target, lastVersion, all).reference)
  if (!makeFolder) return describe(target, version, all)
  if (place === undefined) {
    throw new FairleadError(
      'input-invalid',
      `no version of ${describe(target, version, all).reference.replace(/:.*/, '')} lies in the ingress yet, so it can't be told where`,
      {
        hint: 'Say in which folder of the ingress: --in FOLDER',
      },
    )
  }
  return makeNext(project, target, version, all, place)
}
