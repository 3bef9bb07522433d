import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { fairlead, hidebound, type HideboundRow } from './hidebound.ts'
import type { Files } from './trees.ts'

type Row = Readonly<Record<string, unknown>>

/** Files of a folder below it, with their bytes as text, sorted. */
export function contents(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => statSync(join(folder, path)).isFile())
  return new Map(files.toSorted().map(path => [path, readFileSync(join(folder, path), 'latin1')]))
}

/** One tree with a configuration of Hidebound, and the project that our command line makes of that configuration. */
export class Both implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fairlead-hidebound-'))
  /** Of Hidebound. */
  readonly config = join(this.folder, 'hidebound.yaml')
  readonly ingress: string
  /** Where both would stage. */
  readonly staging = join(this.folder, 'hidebound')
  readonly project = join(this.folder, 'project')

  constructor(tree: Files, specifications: string, more: Readonly<Record<string, unknown>> = {}, ingress = 'ingress') {
    this.ingress = join(this.folder, ingress)
    for (const [path, content] of Object.entries(tree)) {
      const file = join(this.ingress, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    mkdirSync(this.staging)
    const config = { ingress_directory: this.ingress, staging_directory: this.staging, specification_files: [specifications], ...more }
    writeFileSync(this.config, stringify(config))
    this.ours('init', '--from-hidebound', this.config, '--output', this.project)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** The real Hidebound's verdict, in the order of paths; they are relative to the ingress, as ours are. */
  theirs(): readonly HideboundRow[] {
    const relative = (path: string) => path.replace(/^\//, '')
    return hidebound('update', this.config).rows.map(row => ({
      ...row,
      path: relative(row.path),
      asset_path: row.asset_path === null ? null : relative(row.asset_path),
    }))
  }

  /** Runs our command line: 0, or 1 where it found faults. */
  ours(...args: readonly string[]): string {
    const { code, out, err } = fairlead(join(this.folder, 'home'), ...args)
    if (code !== 0 && code !== 1) throw new Error(`fairlead ${args.join(' ')} ended with ${code}:\n${err}${out}`)
    return out
  }

  /** What our command line says of a step that it refuses. */
  failing(...args: readonly string[]): string {
    const { code, out, err } = fairlead(join(this.folder, 'home'), ...args)
    if (code === 0) throw new Error(`fairlead ${args.join(' ')} did what it should refuse:\n${out}`)
    return `${err}${out}`
  }

  /** Our verdict, in the order of paths. */
  rows(): readonly Row[] {
    this.ours('update', '--project', this.project)
    const sql = 'select * from data order by filepath_relative'
    return JSON.parse(this.ours('query', sql, '--project', this.project, '--format', 'json'))
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
