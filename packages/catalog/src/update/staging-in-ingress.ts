import { existsSync, readdirSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'
import type { Project } from '../project.ts'
import { stagingNames } from '../staging/layout.ts'

/** What other programs keep beside staging's own folders: hidden files, and the folder that Hidebound logs to. */
function isHarmless(name: string): boolean {
  return name.startsWith('.') || name === 'logs'
}

/**
 * Staging may lie in the ingress and is left out of the scan then. Throws `config-invalid` when such a folder holds other
 * things than staging: deliveries would be overlooked without a word.
 */
export function checkStagingInIngress({ file, config }: Project): void {
  const { ingressDirectory: ingress, stagingDirectory: staging } = config
  if (!staging.startsWith(`${ingress}/`) || !existsSync(staging)) return
  const [first, ...others] = readdirSync(staging).filter(name => !stagingNames.has(name) && !isHarmless(name))
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  throw new FairleadError(
    'config-invalid',
    `the staging folder ${staging} is in the ingress and contains ${first}${more}, which create did not put there and update would not see`,
    { path: file, hint: 'Set staging_directory to a separate folder, or remove what does not belong to staging.' },
  )
}
