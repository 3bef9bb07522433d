import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { stagingLayout } from './layout.ts'

const refuse = (staging: string, what: string, hint: string): never => {
  throw new FairleadError('precondition-failed', `the staging folder ${staging} ${what}; nothing was changed`, { path: staging, hint })
}

/**
 * Makes sure that what is written to or removed from staging is staging's alone: neither it nor a folder in it that
 * `create` makes is a link, and the ingress is not inside. Throws `precondition-failed`.
 */
export function checkStagingPlace({ config }: Project): void {
  const { ingressDirectory: ingress, stagingDirectory: staging } = config
  const layout = stagingLayout(staging)
  const folders = [layout.root, layout.content, layout.manifests, layout.moves, join(layout.root, 'metadata')]
  for (const folder of [...folders, ...(['asset', 'file', 'asset-chunk', 'file-chunk'] as const).map(type => layout.metadata(type))]) {
    const stat = lstatSync(folder, { throwIfNoEntry: false })
    if (stat === undefined || stat.isDirectory()) continue
    const what = folder === layout.root ? 'is' : `has "${folder.slice(layout.root.length + 1)}", which is`
    const hint = 'Let staging_directory name a real folder, or take this away.'
    refuse(staging, `${what} ${stat.isSymbolicLink() ? 'a symbolic link' : 'no folder'}`, hint)
  }
  if (!existsSync(staging) || !existsSync(ingress)) return
  const [realIngress, realStaging] = [realpathSync(ingress), realpathSync(staging)]
  if (realIngress === realStaging || realIngress.startsWith(`${realStaging}/`))
    refuse(
      staging,
      realIngress === realStaging ? 'is the ingress' : `holds the ingress ${ingress}`,
      'Let staging_directory name a folder of its own.',
    )
}
