import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sha256 } from './tree.ts'
import type { Sight, Watch } from './watch.ts'

interface Described {
  readonly file: string
  readonly sha256: string
}

/** Assets of a staging folder by their ids: a manifest, and the document of an asset, must have all of their content. */
export function watchStaging(staging: string): Watch {
  return {
    async look() {
      const states = new Map<string, string>()
      const problems: string[] = []
      for (const kind of ['manifest', 'metadata/asset']) {
        for (const name of namesIn(join(staging, kind))) {
          const { state, problem } = lookAt(staging, kind, name)
          if (state !== undefined) states.set(`${kind}/${name}`, state)
          if (problem !== undefined) problems.push(problem)
        }
      }
      return { states, problems } satisfies Sight
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function lookAt(staging: string, kind: string, name: string): { readonly state?: string; readonly problem?: string } {
  const document = join(staging, kind, name)
  for (;;) {
    const text = readIfThere(document)
    if (text === undefined) return {}
    const problem = problemOf(staging, kind, text.toString())
    // What was hidden or replaced meanwhile is looked at again.
    if (readIfThere(document)?.equals(text) !== true) continue
    return { state: sha256(text), ...(problem !== undefined && { problem: `${kind}/${name} is there, and ${problem}` }) }
  }
}

function problemOf(staging: string, kind: string, text: string): string | undefined {
  for (const { file, sha256: wanted } of kind === 'manifest' ? ofManifest(staging, text) : ofAsset(staging, text)) {
    const bytes = readIfThere(file)
    if (bytes === undefined) return `"${file}" is not`
    if (sha256(bytes) !== wanted) return `"${file}" is not what it says`
  }
  return undefined
}

function ofManifest(staging: string, text: string): Described[] {
  const { type, files, provenance } = JSON.parse(text) as {
    readonly type: string
    readonly files: ReadonlyArray<{ readonly path: string; readonly sha256: string }>
    readonly provenance: { readonly source: string }
  }
  const folder = join(staging, 'content', type === 'file' ? dirname(provenance.source) : provenance.source)
  return files.map(({ path, sha256: hash }) => ({ file: join(folder, path), sha256: hash }))
}

function ofAsset(staging: string, text: string): Described[] {
  const { file_ids: ids, filepaths } = JSON.parse(text) as { readonly file_ids: readonly string[]; readonly filepaths: readonly string[] }
  return ids.map((id, index) => {
    const document = readIfThere(join(staging, 'metadata/file', `${id}.json`))
    const { sha256: hash } = JSON.parse(document?.toString() ?? '{"sha256": "missing"}') as { readonly sha256: string }
    return { file: filepaths[index] ?? '', sha256: hash }
  })
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => !name.startsWith('.'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
