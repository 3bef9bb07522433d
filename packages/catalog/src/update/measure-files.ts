import type { FileTraits, Specification } from '@fairlead/assets'
import { openProject } from '../project.ts'
import { loadSpecifications } from '../specifications/load.ts'
import { readTraits } from './file-reader.ts'
import { mapInTurn } from './map-in-turn.ts'

/** Files whose traits are to be measured on a worker thread. */
export interface MeasureUnit {
  /** The project file: trait functions can't cross a thread border, so the thread loads the specifications itself. */
  readonly project: string
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number; readonly modified: number; readonly specification: string }>
}

let loading: Promise<ReadonlyMap<string, Specification>> | undefined

async function load(project: string): Promise<ReadonlyMap<string, Specification>> {
  const specifications = await loadSpecifications(openProject(project))
  return new Map(specifications.map(specification => [specification.name, specification]))
}

/** Measures files in the order of the unit; a thread serves one project. Nothing that a file holds makes it throw. */
export default async function measureFiles({ project, files }: MeasureUnit): Promise<readonly FileTraits[]> {
  loading ??= load(project)
  const specifications = await loading
  const { ingressDirectory } = openProject(project).config
  return mapInTurn(files, ({ path, size, modified, specification: name }) => {
    const specification = specifications.get(name)
    if (specification === undefined) return { traits: {}, errors: {} }
    const parsed = specification.filenameGrammar.parse(path.slice(path.lastIndexOf('/') + 1))
    const values = parsed.ok ? parsed.values : {}
    return readTraits({ file: `${ingressDirectory}/${path}`, path, size, modified, values }, specification)
  })
}
