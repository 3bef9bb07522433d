import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { expect } from 'vitest'
import {
  encodeJpeg,
  encodePng,
  openProject,
  plainPicture,
  readProblems,
  type CatalogProblem,
  type Project,
  type QueryResult,
  type QueryRow,
} from '../../src/index.ts'

/** A temporary folder with state of its own; disposing removes it. */
export class Workspace implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-catalog-'))
  private readonly home = process.env['FAIRLEAD_HOME']

  constructor() {
    process.env['FAIRLEAD_HOME'] = join(this.folder, 'home')
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts)
  }

  write(path: string, content: string | Uint8Array = ''): string {
    const file = this.path(path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }

  project(config: string): Project {
    this.write('project/fairlead.yaml', config)
    mkdirSync(this.path('project/ingress'), { recursive: true })
    return openProject(this.path('project'))
  }

  /** Files below `project/ingress`. */
  ingress(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [path, content] of Object.entries(files)) this.write(`project/ingress/${path}`, content)
  }

  [Symbol.dispose](): void {
    if (this.home === undefined) delete process.env['FAIRLEAD_HOME']
    else process.env['FAIRLEAD_HOME'] = this.home
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export const png = (width = 4, height = 5) => encodePng(plainPicture(width, height, [0, 0, 128]))
export const jpeg = (width = 4, height = 5) => encodeJpeg(plainPicture(width, height, [0, 0, 128]))

/** Spec001: PNG frames on a grid, 4 × 5 pixels; spec002: JPEG frames; vdb001: single files. */
export const testSpecifications = `
ingress_directory: ingress
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, coordinate, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    traits: [width, height, channels]
    rules: { extension: { eq: png }, height: { eq: 5, required: true }, width: { eq: 4, required: true }, channels: { eq: 3, required: true } }
  spec002:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    traits: [width, height, channels]
    rules: { extension: { eq: jpg }, height: { eq: 5, required: true }, width: { eq: 4, required: true }, channels: { eq: 3, required: true } }
`

export const vdbSpecification = `  vdb001: { type: file, rules: { extension: { eq: vdb } } }
`

/** Files of a folder below it, sorted. */
export function tree(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => statSync(join(folder, path)).isFile())
    .toSorted()
}

/** Paths and contents below a folder. */
export function contents(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tree(folder).map(path => [path, readFileSync(join(folder, path)).toString('base64')]))
}

export async function rowsOf(result: Promise<QueryResult>): Promise<readonly QueryRow[]> {
  await using answer = await result
  const rows: QueryRow[] = []
  for await (const row of answer.rows) rows.push(row)
  return rows
}

/** Every problem of the catalog. */
export function allProblems(project: Project): readonly CatalogProblem[] {
  return [...readProblems(project)].flatMap(({ problems }) => problems)
}

/** What a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<FairleadError> {
  try {
    await work
  } catch (thrown) {
    if (FairleadError.is(thrown)) return thrown
    throw thrown
  }
  return expect.fail('nothing was thrown')
}

/** Waits until files written now are old enough for their facts to be remembered. */
export async function settle(): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises')
  await wait(60)
}
