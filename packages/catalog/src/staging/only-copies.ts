import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { stagingLayout } from './layout.ts'

/** Files below a folder, by their path relative to it. */
function* filesIn(folder: string, prefix = ''): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* filesIn(join(folder, entry.name), `${prefix}${entry.name}/`)
    else yield `${prefix}${entry.name}`
  }
}

/**
 * Refuses a staging folder that another program filled by moving, as Hidebound does with `write_mode: move`: no record of
 * ours says so, and taking it over would drop the only copies. Throws `precondition-failed` with the first such file.
 */
export function refuseOnlyCopies({ config }: Project): void {
  const layout = stagingLayout(config.stagingDirectory)
  if (existsSync(layout.manifests) || existsSync(layout.moves) || !existsSync(layout.content)) return
  for (const path of filesIn(layout.content)) {
    if (existsSync(join(config.ingressDirectory, path))) continue
    throw new FairleadError(
      'precondition-failed',
      `${join(layout.content, path)} may be the only copy: it is not in the ingress, and fairlead create did not stage it`,
      {
        path: layout.content,
        hint: `Export it (fairlead export --to CONNECTION --staging ${layout.root}) or move it back into the ingress, then remove the folder by hand.`,
      },
    )
  }
}
