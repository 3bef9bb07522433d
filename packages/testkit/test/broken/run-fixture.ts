import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** How one test of a fixture ended; `group` is the name of its innermost block. */
export interface Outcome {
  readonly status: string
  readonly group: string
  readonly title: string
}

/** Runs the fixtures in a vitest of their own, over the named plugins or `rules`; the outcomes by outermost block. */
export async function runFixture(...names: readonly string[]): Promise<ReadonlyMap<string, readonly Outcome[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-broken-'))
  try {
    const report = join(folder, 'report.json')
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
    const child = spawn(process.execPath, [vitest, 'run', '--config', 'vitest.config.ts', '--reporter=json', `--outputFile=${report}`], {
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, HOME: folder, FAIRLEAD_BROKEN: names.join() },
      stdio: 'ignore',
    })
    await new Promise<void>((resolve, reject) => child.once('close', () => resolve()).once('error', reject))
    const { testResults }: Report = JSON.parse(readFileSync(report, 'utf8'))
    const all = testResults.flatMap(({ assertionResults }) => assertionResults)
    const blocks = Map.groupBy(all, ({ ancestorTitles }) => ancestorTitles[0] ?? '')
    return new Map(
      [...blocks].map(([block, own]) => [
        block,
        own.map(({ status, title, ancestorTitles }) => ({ status, title, group: ancestorTitles.at(-1) ?? '' })),
      ]),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly status: string
      readonly title: string
      readonly ancestorTitles: readonly string[]
    }>
  }>
}
