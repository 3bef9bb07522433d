import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { packTemplate } from '../../pack-template.ts'
import { capabilityNames, generate, loadTemplate, type Choices, type Template } from '../../src/index.ts'
import { writeFiles } from '../../src/write-files.ts'

const root = join(import.meta.dirname, '..', '..', '..', '..')

/** The template as the package would carry it. */
export function packedTemplate(): Template {
  const folder = mkdtempSync(join(tmpdir(), 'create-client-template-'))
  try {
    packTemplate(folder)
    return loadTemplate(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Choices of somebody who wants all of the example, where nothing else is said. */
export function choicesOf(choices: Partial<Choices> = {}): Choices {
  return {
    name: 'fairlead-client-acme-store',
    scheme: 'acme-store',
    title: 'Acme Store',
    auth: 'api-key',
    capabilities: capabilityNames,
    packageManager: 'npm',
    directory: '/projects/acme',
    ...choices,
  }
}

/** How a test of the project went, by its name with what it stands in. */
export type Results = ReadonlyMap<string, { readonly status: string; readonly failures: readonly string[] }>

/** A generated project on this machine; what it would install is linked to the workspace, so that nothing is downloaded. */
export interface Project extends Disposable {
  readonly folder: string
  readonly files: ReadonlyMap<string, string>
  /** What the compiler says, nothing when all is right. */
  typecheck(): Promise<string>
  /** Runs its tests. */
  test(...filters: readonly string[]): Promise<Results>
}

/** Generates a project and links what it needs. */
export async function makeProject(choices: Partial<Choices> = {}): Promise<Project> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'create-client-project-')))
  const files = await generate(packedTemplate(), choicesOf({ directory: folder, ...choices }))
  writeFiles(files)
  const link = (name: string, target: string): void => {
    const path = join(folder, 'node_modules', name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(root, target), path)
  }
  for (const name of ['core', 'testkit']) link(`@fairlead/${name}`, `packages/${name}`)
  for (const name of ['@types/node', 'typescript', 'vitest']) link(name, `node_modules/${name}`)
  link('fast-check', 'packages/testkit/node_modules/fast-check')
  writeFileSync(join(folder, 'vitest.workspace-config.ts'), workspaceConfig)
  const run = async (script: string, ...words: readonly string[]): Promise<string> => {
    const path = join(folder, 'node_modules', script)
    const child = spawn(process.execPath, ['--conditions=@fairlead/source', path, ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
  }
  return {
    folder,
    files,
    typecheck: async () => await run('typescript/bin/tsc', '-p', '.', '--customConditions', '@fairlead/source'),
    async test(...filters) {
      const file = join(folder, 'report.json')
      rmSync(file, { force: true })
      const words = ['run', '--config', 'vitest.workspace-config.ts', '--reporter=json', `--outputFile.json=${file}`, ...filters]
      const output = await run('vitest/vitest.mjs', ...words)
      if (!existsSync(file)) throw new Error(`the tests did not run: ${output}`)
      const report: Report = JSON.parse(readFileSync(file, 'utf8'))
      return new Map(
        report.testResults.flatMap(file =>
          file.message === ''
            ? file.assertionResults.map(
                ({ fullName, status, failureMessages }) => [fullName, { status, failures: failureMessages }] as const,
              )
            : [[file.name, { status: 'failed', failures: [file.message] }] as const],
        ),
      )
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

interface Report {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly fullName: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }>
  }>
}

/** The project's own configuration, with the packages of the workspace as their sources. */
const workspaceConfig = `import { mergeConfig } from 'vitest/config'
import own from './vitest.config.ts'

export default mergeConfig(own, {
  resolve: { conditions: ['@fairlead/source'] },
  ssr: { resolve: { conditions: ['@fairlead/source', 'node', 'import', 'default'] } },
})
`
