import { bumpSpecification, checkSpecificationFiles, loadSpecificationSources, openProject } from '../../src/index.ts'

/* A process that does one thing with the specifications of a project, since the test runner loads modules in its own way. */
const [, , what = '', folder = '.', name = ''] = process.argv
const project = openProject(folder, {})

async function answer(): Promise<unknown> {
  if (what === 'check') return checkSpecificationFiles([name])
  if (what === 'bump') return bumpSpecification(project, name)
  const found = await loadSpecificationSources(project)
  return found.map(({ specification, source, line }) => ({
    name: specification.name,
    source,
    line: line ?? 0,
    columns: specification.columns,
  }))
}

process.stdout.write(JSON.stringify(await answer().catch((error: unknown) => ({ error }))))
