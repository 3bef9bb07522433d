import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capture, root, type Outcome } from './run.ts'

/** A package that is published, and where its tarball lies. */
export interface PackedPackage {
  readonly name: string
  /** Relative to the root of the workspace. */
  readonly folder: string
  readonly plugin: boolean
  readonly tarball: string
}

/** The tarballs of all published packages. Disposing of it removes them. */
export interface Packed extends Outcome, Disposable {
  readonly folder: string
  readonly packages: readonly PackedPackage[]
}

/** Packs every package that isn't private as it would be published. The packages must be built. */
export function pack(folder = mkdtempSync(join(tmpdir(), 'fairlead-packed-'))): Packed {
  const packages = ['packages', 'plugins', 'templates'].flatMap(group => packagesOf(group, folder))
  const filters = packages.map(({ name }) => `--filter=${name}`)
  const { ok, output } = capture('pnpm', ['-r', ...filters, 'pack', '--pack-destination', folder])
  const missing = packages.filter(({ tarball }) => !existsSync(tarball)).map(({ name }) => `${name} was not packed`)
  return {
    ok: ok && missing.length === 0,
    output: [output, ...missing].join('\n'),
    folder,
    packages,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function packagesOf(group: string, tarballs: string): PackedPackage[] {
  if (!existsSync(join(root, group))) return []
  return readdirSync(join(root, group)).flatMap(entry => {
    const manifest = join(root, group, entry, 'package.json')
    if (!existsSync(manifest)) return []
    const {
      name,
      version,
      private: hidden,
    } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string; version: string; private?: boolean }
    if (hidden) return []
    const tarball = join(tarballs, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
    return [{ name, folder: `${group}/${entry}`, plugin: group === 'plugins', tarball }]
  })
}
