import { join, sep } from 'node:path'
import { FairleadError, printable, type Manifest } from '@fairlead/core'
import { version as ownVersion } from '../about.ts'
import { isFile, isRecord, readJson } from './json.ts'
import { isManifest, knownContract, manifestProblem } from './manifest-form.ts'
import { isPackageName } from './package-spec.ts'

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

/** The file that a package names, which must be one of its own. Throws `plugin-invalid`. */
export function ownFile(folder: string, named: string): string {
  const path = join(folder, named)
  if (path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return path
  throw new FairleadError('plugin-invalid', `the package in ${folder} refers to a file outside of it: ${printable(named)}`, {
    path: folder,
  })
}

/** The file of a package's manifest, there or not: where its exports say, or where one lies that they don't name. */
function manifestPath(folder: string, description: Readonly<Record<string, unknown>>): string | undefined {
  const { exports } = description
  const named = isRecord(exports) ? exportTarget(exports[`./${manifestFile}`]) : undefined
  if (named !== undefined) return ownFile(folder, named)
  return [join(folder, 'dist', manifestFile), join(folder, manifestFile)].find(isFile)
}

/** The `plugin-invalid` of a package that was made for another contract. */
export function foreignContract({ name, version }: PackageInfo, contract: unknown): FairleadError {
  const newer = typeof contract === 'number' && contract > knownContract
  return new FairleadError(
    'plugin-invalid',
    `${name} ${version} was built for contract ${JSON.stringify(contract) ?? 'none'} of Fairlead; fairlead ${ownVersion} has contract ${knownContract}`,
    {
      hint: newer
        ? `Update Fairlead with \`npm install --global fairlead@latest\`, or install an older version with \`fairlead plugins install ${name}@VERSION\`.`
        : `Install a newer version with \`fairlead plugins install ${name}@latest\`.`,
    },
  )
}

function unfitName(name: unknown, folder: string): FairleadError {
  const shown = name === undefined ? 'no name' : `the name ${printable(JSON.stringify(name))}`
  return new FairleadError('plugin-invalid', `a package.json has ${shown}, which no package can have: ${folder}`, {
    path: folder,
    hint: 'Give it a name that npm accepts, or tell its authors.',
  })
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
    const isNamed = typeof name === 'string' && isPackageName(name)
    info = { folder, name: isNamed ? name : folder, version: typeof version === 'string' ? printable(version, 100) : '' }
    const path = manifestPath(folder, description)
    if (path === undefined) {
      const packages = isRecord(fairlead) && Array.isArray(fairlead.clients) ? fairlead.clients : []
      const names = [...new Set(packages.filter(one => typeof one === 'string'))]
      if (names.length === 0) return { kind: 'other', info }
      if (!isNamed) return broken(unfitName(name, folder))
      const unfit = names.find(one => !isPackageName(one))
      return unfit === undefined ? { kind: 'collection', info, packages: names } : broken(unfitName(unfit, folder))
    }
    if (!isNamed) return broken(unfitName(name, folder))
    const manifest = readJson(path)
    if (manifest === undefined)
      return broken(
        new FairleadError('plugin-invalid', `${info.name} refers to a manifest that does not exist: ${path}`, {
          path,
          hint: 'If the package is your own, build it (usually with `npm run build`); otherwise tell its authors.',
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
    return broken(error.with({ hint: 'Reinstall the package, or tell its authors.' }))
  }
}
