import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { referenceOf, referenceText } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { loadSpecifications } from '../specifications/load.ts'
import { inFolder } from './propose.ts'
import { refuseLinks, within } from './seen.ts'
import { targetOf, type VersionTarget } from './version-target.ts'
import { addCatalogued, addListed, siblingsFolder, Versions } from './versions.ts'

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

const lastVersion = 999

function nothingLeft(text: string): FairleadError {
  return new FairleadError('input-invalid', `${text} already has version ${lastVersion}, and versions have three digits`, {
    hint: 'Go on under another descriptor.',
  })
}

function describe({ specification, values }: VersionTarget, version: number, versions: readonly number[]): NextName {
  const next = { ...values, version }
  const name = specification.assetNameGrammar.format(next)
  const reference = referenceText(referenceOf(next, specification.assetNameFields))
  const gaps: number[] = []
  for (let one = 1; one < (versions.at(-1) ?? 0); one++) if (!versions.includes(one)) gaps.push(one)
  return { name, reference, version, versions, gaps }
}

/** Makes the folder of the next version; a version that another process takes meanwhile is passed over. */
function makeNext(project: Project, target: VersionTarget, first: number, versions: readonly number[], folder: string): NextName {
  if (target.specification.type === 'file') {
    throw new FairleadError('unsupported', `an asset of ${target.specification.name} is a single file, so there is no folder to create`, {
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
          `the folder ${made} can't be created in the ingress: ${cause instanceof Error ? cause.message : String(cause)}`,
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
      `no version of ${describe(target, version, all).reference.replace(/:.*/, '')} is in the ingress yet, so the place for it is unknown`,
      {
        hint: 'Give a folder in the ingress: --in FOLDER',
      },
    )
  }
  return makeNext(project, target, version, all, place)
}
