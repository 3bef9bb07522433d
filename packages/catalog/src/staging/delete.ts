import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StepOptions } from '../events.ts'
import type { Project } from '../project.ts'
import { exclusively } from './create.ts'
import { stagingLayout } from './layout.ts'

/**
 * Removes what `create` makes: manifests first, so that nothing half looks whole, then metadata, then content. Other
 * files of the staging folder, the ingress and the configuration stay. Nothing there is no error.
 */
export function deleteStaging(project: Project, options: StepOptions = {}): Promise<{ readonly removed: readonly string[] }> {
  return exclusively(project, options, async () => {
    const { signal, onEvent } = options
    const layout = stagingLayout(project.config.stagingDirectory)
    const removed: string[] = []
    const folders = [layout.manifests, join(layout.root, 'metadata'), layout.content]
    for (const [index, folder] of folders.entries()) {
      signal?.throwIfAborted()
      onEvent?.({ type: 'progress', phase: 'delete', done: index, total: folders.length })
      if (!existsSync(folder)) continue
      rmSync(folder, { recursive: true, force: true })
      removed.push(folder)
    }
    return { removed }
  })
}
