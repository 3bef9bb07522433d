import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { stagingLayout } from './layout.ts'
import { begunMoves } from './move-assets.ts'

const refuse = (staging: string, what: string, hint: string): never => {
  throw new FairleadError('precondition-failed', `the staging folder ${staging} ${what}; nothing was changed`, { path: staging, hint })
}

/**
 * Makes sure that what is written to or removed from staging is staging's alone: neither it nor a folder in it that
 * `create` makes is a link, the ingress is not inside, and no move from another ingress waits to be ended there: a record
 * of that may come from anybody. Throws `precondition-failed`, and `input-invalid` for a record that can't be read.
 */
export function checkStagingPlace({ config }: Project): void {
  const { ingressDirectory: ingress, stagingDirectory: staging } = config
  const layout = stagingLayout(staging)
  const folders = [layout.root, layout.content, layout.manifests, layout.moves, join(layout.root, 'metadata')]
  for (const folder of [...folders, ...(['asset', 'file', 'asset-chunk', 'file-chunk'] as const).map(type => layout.metadata(type))]) {
    const stat = lstatSync(folder, { throwIfNoEntry: false })
    if (stat === undefined || stat.isDirectory()) continue
    const what = folder === layout.root ? 'is' : `has "${folder.slice(layout.root.length + 1)}", which is`
    const hint = 'Set staging_directory to a real folder, or remove this.'
    refuse(staging, `${what} ${stat.isSymbolicLink() ? 'a symbolic link' : 'no folder'}`, hint)
  }
  for (const { ingress: other, staged } of begunMoves(layout)) {
    if (other === ingress) continue
    const what = `has a move of ${staged.asset.path} that was begun from another ingress, ${other}`
    refuse(staging, what, `Set ingress_directory to it again, or remove ${join(layout.moves, `${staged.id}.json`)}.`)
  }
  if (!existsSync(staging) || !existsSync(ingress)) return
  const [realIngress, realStaging] = [realpathSync(ingress), realpathSync(staging)]
  if (realIngress === realStaging || realIngress.startsWith(`${realStaging}/`))
    refuse(
      staging,
      realIngress === realStaging ? 'is the ingress' : `contains the ingress ${ingress}`,
      'Set staging_directory to a separate folder.',
    )
}
