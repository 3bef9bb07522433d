import { createHash } from 'node:crypto'
import type { Specification } from '@fairlead/assets'
import { parse } from 'yaml'
import { readConfigText } from '../config/read-text.ts'
import type { Project } from '../project.ts'
import { contentDigest, importModule } from './import-module.ts'
import { loadSpecifications } from './load.ts'
import { isYaml, projectSpecificationFiles } from './sources.ts'

/** All specifications of a project, and what tells the texts they were made from, with all that they import, from any others. */
export interface LoadedSpecifications {
  /** Sorted by name. */
  readonly specifications: readonly Specification[]
  readonly digest: string
}

/** The part of a project file that holds specifications: the rest of it may change. */
function specificationsOf(text: string): string {
  const document: unknown = parse(text)
  return JSON.stringify(
    typeof document === 'object' && document !== null && 'specifications' in document ? document.specifications : document,
  )
}

async function digestOf(project: Project): Promise<string> {
  const hash = createHash('sha256').update(project.config.specificationsText?.text ?? '')
  for (const file of projectSpecificationFiles(project)) {
    hash.update(`\0${file}\0`)
    if (!isYaml(file)) hash.update((await importModule(file)).digest)
    else hash.update(contentDigest(file === project.file ? specificationsOf(readConfigText(file) ?? '') : (readConfigText(file) ?? '')))
  }
  return hash.digest('base64url')
}

/** Loads the specifications of a project. Throws as {@link loadSpecifications} does. */
export async function loadWithDigest(project: Project): Promise<LoadedSpecifications> {
  // Loading comes first, since it says best what is wrong.
  await loadSpecifications(project)
  for (let before = await digestOf(project); ;) {
    const specifications = await loadSpecifications(project)
    const digest = await digestOf(project)
    // Edited in between, nobody knows which text was loaded.
    if (digest === before) return { specifications, digest }
    before = digest
  }
}
