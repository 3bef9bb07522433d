import { isAbsolute, relative } from 'node:path'
import type { Project } from '../project.ts'
import type { ListOptions } from '../walk/list-folder.ts'
import { scanFilter } from '../walk/patterns.ts'

/** What lies in a project's folder but is none of its assets, relative to the ingress. */
function ownPaths({ file, folder, config }: Project): ReadonlySet<string> {
  const all = [file, `${folder}/.fairlead`, config.stagingDirectory, ...config.specificationFiles]
  return new Set(all.map(path => relative(config.ingressDirectory, path)).filter(path => !path.startsWith('..') && !isAbsolute(path)))
}

/** What of a project's ingress is looked at. */
export function listOptions(project: Project): ListOptions {
  const { include, exclude, ingressDirectory } = project.config
  return { ingress: ingressDirectory, filter: scanFilter(include, exclude), skip: ownPaths(project) }
}
