import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const own = ['core', 'testkit', 'cli']
const others = ['@changesets/cli', '@types/node', 'fast-check', 'typescript', 'vitest']

/** Copies what new clients are made of into a folder, with the versions that they name: this is what the package carries. */
export function packTemplate(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'workspace'), { recursive: true })
  const template = join(root, 'templates', 'client')
  for (const part of ['src', 'test', 'scripts', 'project', 'README.md'])
    cpSync(join(template, part), join(folder, part), { recursive: true })
  for (const file of ['tsconfig.json', 'tsup.config.ts', 'turbo.json']) cpSync(join(template, file), join(folder, 'workspace', file))
  cpSync(join(root, 'LICENSE'), join(folder, 'project', 'LICENSE'))
  writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(versions(), undefined, 2)}\n`)
}

function versions(): { readonly version: string; readonly ranges: Readonly<Record<string, string>> } {
  const catalog = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  const packages = own.map(folder => readPackage(folder))
  return {
    version: readPackage('create-client').version,
    ranges: Object.fromEntries([
      ...packages.map(({ name, version }) => [name, `^${version}`]),
      // Not every package manager installs what vitest wants beside it.
      ['vite', viteRange()],
      ...others.map(name => [name, `^${new RegExp(`^ +["']?${name}["']?: (\\S+)$`, 'm').exec(catalog)?.[1] ?? missing(name)}`]),
    ]),
  }
}

function viteRange(): string {
  const { peerDependencies }: { readonly peerDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'node_modules', 'vitest', 'package.json'), 'utf8'),
  )
  return peerDependencies.vite ?? missing('vite')
}

function readPackage(folder: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
}

function missing(name: string): never {
  throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml`)
}
