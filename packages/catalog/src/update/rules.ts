import { createHash } from 'node:crypto'
import { builtinTraitsRevision } from '@fairlead/assets'
import manifest from '../../package.json' with { type: 'json' }
import type { Project } from '../project.ts'

/**
 * What tells the rules that a snapshot was made by from any others: this version of the product, what of the ingress is
 * looked at, and the specifications with all that they import. What else a function of one's own looks at isn't known
 * here, which is why such functions must depend on nothing but the file.
 */
export function rulesOf({ file, folder, config }: Project, specificationDigest: string): string {
  const { ingressDirectory, stagingDirectory, specificationFiles, include, exclude } = config
  const parts = [
    manifest.version,
    builtinTraitsRevision,
    file,
    folder,
    ingressDirectory,
    stagingDirectory,
    specificationFiles,
    include,
    exclude,
  ]
  return createHash('sha256')
    .update(JSON.stringify([...parts, specificationDigest]))
    .digest('base64url')
}
