import { statSync } from 'node:fs'
import { parseSpecificationYaml } from '@fairlead/assets'
import { FairleadError } from '@fairlead/core'
import { nearest } from '@fairlead/core/host'
import { checkSpecificationFiles } from '../specifications/check.ts'
import { specificationFilesAt } from '../specifications/sources.ts'
import { webhookProblems } from '../webhooks/prepare.ts'
import { configText, loadConfig, type CatalogConfig, type SourceProblem } from './config.ts'
import type { Variables } from './environment.ts'

/** What a check needs to know of the machine. */
export interface CheckOptions {
  readonly environment?: Variables
  /** The names of the connections that there are; left out, exporters are not looked at. */
  readonly connections?: readonly string[]
}

/** Everything that is wrong with a configuration. */
export interface CheckedProject {
  readonly file: string
  /** In the order of the file, then of what it names. */
  readonly problems: readonly SourceProblem[]
  /** How many of each there are. */
  readonly specifications: number
  readonly exporters: number
  readonly webhooks: number
  /** Variables that are set and have no effect, because FAIRLEAD_CONFIG is. */
  readonly ignored: readonly string[]
}

/** The lines of a message that begin with a place of their own, else all of it at one source. */
function problemsOf(message: string, source: string): readonly SourceProblem[] {
  return message.split('\n').map(line => {
    const place = /^(.+?):(\d+):(\d+): (.*)$/s.exec(line)
    if (place === null) return { source, message: line }
    return { source: place[1] ?? source, line: Number(place[2]), column: Number(place[3]), message: place[4] ?? '' }
  })
}

function folderProblems({ ingressDirectory }: CatalogConfig, file: string): readonly SourceProblem[] {
  const stat = statSync(ingressDirectory, { throwIfNoEntry: false })
  if (stat === undefined) return [{ source: file, message: `ingress_directory: there is no folder ${ingressDirectory}` }]
  return stat.isDirectory() ? [] : [{ source: file, message: `ingress_directory: ${ingressDirectory} is not a folder` }]
}

/** What is wrong with the specifications of the project file, of the environment, and of the files. */
async function specificationProblems(
  { specificationsText, hasSpecifications, specificationFiles }: CatalogConfig,
  file: string,
): Promise<{ readonly count: number; readonly problems: readonly SourceProblem[] }> {
  const problems: SourceProblem[] = []
  let count = 0
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work()
    } catch (error) {
      if (!FairleadError.is(error)) throw error
      problems.push(...problemsOf(error.message, error.path ?? file))
      return undefined
    }
  }
  if (specificationsText !== undefined) {
    const { text, source } = specificationsText
    count += attempt(() => parseSpecificationYaml(text, source))?.length ?? 0
  }
  const paths = specificationFiles.flatMap(path => attempt(() => specificationFilesAt(path)) ?? [])
  for (const checked of await checkSpecificationFiles([...(hasSpecifications ? [file] : []), ...paths])) {
    count += checked.specifications.length
    problems.push(...checked.faults.map(({ line, column, message }) => ({ source: checked.file, line, column, message })))
  }
  return { count, problems }
}

/**
 * Looks at a configuration and at all it names: keys, folders, specifications, exporters, webhooks. Throws only
 * `not-found`, when there is no configuration, and `config-invalid` for a file that can't be read.
 */
export async function checkProject(file: string, { environment = process.env, connections }: CheckOptions = {}): Promise<CheckedProject> {
  const { config, problems, ignored } = loadConfig(configText(file, environment), file, environment)
  const unknown = config.exporters.flatMap(({ connection }, index) => {
    if (connections === undefined || connections.includes(connection)) return []
    const meant = nearest(connection, connections)
    const help = meant === undefined ? `fairlead client add ${connection} CLIENT` : `did you mean "${meant}"?`
    return [{ source: file, message: `exporters[${index}]: there is no connection "${connection}"; ${help}` }]
  })
  const specifications = await specificationProblems(config, file)
  const webhooks = config.webhooks.flatMap((webhook, index) =>
    webhookProblems(webhook, index, environment).map(message => ({ source: file, message })),
  )
  return {
    file,
    problems: [...problems, ...folderProblems(config, file), ...specifications.problems, ...unknown, ...webhooks],
    specifications: specifications.count,
    exporters: config.exporters.length,
    webhooks: config.webhooks.length,
    ignored,
  }
}
