import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createHash } from 'node:crypto'
import { createClient, stagedId, type Client, type SettingsInput } from '@fairlead/core/host'
import { girderUnavailable } from '@fairlead/testkit'
import { onTestFinished } from 'vitest'
import { girder } from '../src/index.ts'
import type { options } from '../src/manifest.ts'

/** Why the tests with a real Girder are left out here, if they are. */
export const unavailable = girderUnavailable()
/** Put behind the name of a group of such tests. */
export const leftOut = unavailable === undefined ? '' : ` (left out: ${unavailable})`

export type GirderSettings = SettingsInput<typeof options>

/** An empty folder that is gone when the test is. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-girder-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A client of a home of its own. */
export async function connect(settings: GirderSettings): Promise<Client> {
  const home = scratch()
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, FAIRLEAD_HOME: home, FAIRLEAD_SECRETS: 'file' }
  const client = await createClient(girder, settings, { env })
  onTestFinished(async () => await client[Symbol.asyncDispose]())
  return client
}

/** Every item of an iteration. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** One asset to stage: its path below the ingress, its type, and its files by their paths below the ingress. */
export interface StagedInput {
  readonly path: string
  readonly type: 'file' | 'sequence'
  readonly reference: string
  readonly files: Readonly<Record<string, string>>
}

/** Makes a staging folder as `fairlead create` does, with the documents that Hidebound's readers know. */
export function stage(folder: string, assets: readonly StagedInput[]): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const { path, type, reference, files } of assets) {
    const id = stagedId(path)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const inside = (file: string): string => (type === 'file' ? name : file.slice(path.length + 1))
    for (const [file, text] of Object.entries(files)) {
      write(`content/${file}`, text)
      const filename = file.slice(file.lastIndexOf('/') + 1)
      const traits = { project: 'proj001', frame: 1 }
      const document = {
        asset_id: id,
        asset_path: `/staging/content/${path}`,
        asset_path_relative: path,
        asset_name: name,
        asset_type: type,
        file_id: stagedId(file),
        file_traits: traits,
        filename,
        filepath: `/staging/content/${file}`,
        filepath_relative: file,
      }
      write(`metadata/file/${stagedId(file)}.json`, JSON.stringify(document))
    }
    const paths = Object.keys(files)
    const document = {
      asset_id: id,
      asset_path: `/staging/content/${path}`,
      asset_path_relative: path,
      asset_name: name,
      asset_traits: { project: paths.map(() => 'proj001') },
      asset_type: type,
      file_ids: paths.map(stagedId),
      filepaths_relative: paths,
    }
    write(`metadata/asset/${id}.json`, JSON.stringify(document))
    for (const kind of ['asset', 'file']) write(`metadata/${kind}-chunk/hidebound-${kind}-chunk_2026-01-01T-00-00-00.json`, '[]')
    const manifest = {
      schemaVersion: 1,
      type,
      traits: {},
      files: Object.entries(files)
        .map(([file, text]) => ({
          path: inside(file),
          size: Buffer.byteLength(text),
          sha256: createHash('sha256').update(text).digest('hex'),
          mediaType: 'text/plain',
        }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      provenance: { source: path },
      staged: { name, reference },
    }
    write(`manifest/${id}.json`, JSON.stringify(manifest))
  }
}
