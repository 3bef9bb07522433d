import { join } from 'node:path'
import { FairleadError, type Manifest } from '@fairlead/core'
import { version as ownVersion } from '../about.ts'
import { isFile, isRecord, readJson } from './json.ts'
import { isManifest, knownContract, manifestProblem } from './manifest-form.ts'

/** A package as its package.json describes it. */
export interface PackageInfo {
  /** Absolute. */
  readonly folder: string
  readonly name: string
  readonly version: string
}

/** What a package is to Fairlead: one client, a collection that brings clients by their packages' names, or neither. */
export type PackageReading =
  | { readonly kind: 'client'; readonly info: PackageInfo; readonly manifest: Manifest }
  | { readonly kind: 'collection'; readonly info: PackageInfo; readonly packages: readonly string[] }
  | { readonly kind: 'other'; readonly info: PackageInfo }
  | { readonly kind: 'broken'; readonly info: PackageInfo; readonly client?: string; readonly error: FairleadError }

const manifestFile = 'fairlead.manifest.json'

/** Where an entry of `exports` leads, by the conditions under which a program imports it. */
export function exportTarget(target: unknown): string | undefined {
  let found = target
  while (isRecord(found)) found = found.import ?? found.node ?? found.default
  return typeof found === 'string' ? found : undefined
}

/** The file of a package's manifest, there or not: where its exports say, or where one lies that they don't name. */
function manifestPath(folder: string, description: Readonly<Record<string, unknown>>): string | undefined {
  const { exports } = description
  const named = isRecord(exports) ? exportTarget(exports[`./${manifestFile}`]) : undefined
  if (named !== undefined) return join(folder, named)
  return [join(folder, 'dist', manifestFile), join(folder, manifestFile)].find(isFile)
}

/** The `plugin-invalid` of a package that was made for another contract. */
export function foreignContract({ name, version }: PackageInfo, contract: unknown): FairleadError {
  const newer = typeof contract === 'number' && contract > knownContract
  return new FairleadError(
    'plugin-invalid',
    `${name} ${version} was made for contract ${JSON.stringify(contract) ?? 'none'} of Fairlead; fairlead ${ownVersion} has contract ${knownContract}`,
    {
      hint: newer
        ? `Update Fairlead with \`npm install --global fairlead@latest\`, or install an older version with \`fairlead plugins install ${name}@VERSION\`.`
        : `Install a newer version with \`fairlead plugins install ${name}@latest\`.`,
    },
  )
}

/** The name of a client that a manifest tells, even if nothing else of it is right. */
const nameOf = (value: unknown): { readonly client?: string } =>
  isRecord(value) && typeof value.name === 'string' ? { client: value.name } : {}

/** Reads what a package says of itself: its package.json and its manifest, none of its code. Undefined where no package is. */
export function readPackage(folder: string): PackageReading | undefined {
  const unnamed = { folder, name: folder, version: '' }
  let info: PackageInfo = unnamed
  const broken = (error: FairleadError, manifest?: unknown): PackageReading => ({ kind: 'broken', info, error, ...nameOf(manifest) })
  try {
    const description = readJson(join(folder, 'package.json'))
    if (!isRecord(description)) return description === undefined ? undefined : { kind: 'other', info }
    const { name, version, fairlead } = description
    info = { folder, name: typeof name === 'string' ? name : folder, version: typeof version === 'string' ? version : '' }
    const path = manifestPath(folder, description)
    if (path === undefined) {
      const packages = isRecord(fairlead) && Array.isArray(fairlead.clients) ? fairlead.clients : []
      const names = packages.filter(one => typeof one === 'string')
      return names.length > 0 ? { kind: 'collection', info, packages: names } : { kind: 'other', info }
    }
    const manifest = readJson(path)
    if (manifest === undefined)
      return broken(
        new FairleadError('plugin-invalid', `${info.name} names a manifest that is not there: ${path}`, {
          path,
          hint: 'Build the package, if it is your own (most have `npm run build`); else tell its authors.',
        }),
      )
    if (isRecord(manifest) && manifest.contract !== knownContract) return broken(foreignContract(info, manifest.contract), manifest)
    if (isManifest(manifest)) return { kind: 'client', info, manifest }
    return broken(
      new FairleadError(
        'plugin-invalid',
        `the manifest of ${info.name} ${info.version} is none: ${manifestProblem(manifest) ?? ''} (${path})`,
        {
          path,
          hint: 'Update the package, or tell its authors.',
        },
      ),
      manifest,
    )
  } catch (error) {
    if (!FairleadError.is(error)) throw error
    return broken(error.with({ hint: 'Install the package anew.' }))
  }
}
