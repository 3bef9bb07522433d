import { fieldsOf, lintName, nearDuplicates, type LintFinding, type LintOptions } from '@fairlead/assets'
import type { Project } from '../project.ts'
import { openCatalog } from '../snapshot/reader.ts'

/** What is against the conventions in the name of some assets: those of one project, specification and descriptor. */
export interface NameFindings {
  /** The first of them. */
  readonly name: string
  /** Its path relative to the ingress. */
  readonly path: string
  /** How many there are, versions above all. */
  readonly assets: number
  readonly findings: readonly LintFinding[]
}

interface Group {
  readonly project: string
  readonly specification: string
  readonly descriptor: string
  readonly name: string
  readonly path: string
  readonly extension: string | null
  readonly assets: number
}

const hows = { 'word-order': 'in the order of its words', hyphens: 'in its hyphens', 'one-letter': 'in one letter' } as const

/** Findings that take the other names of the project to see, by project, specification and descriptor. */
function duplicateFindings(groups: readonly Group[]): ReadonlyMap<string, (name: string) => LintFinding> {
  const families = new Map<string, Map<string, number>>()
  for (const { project, specification, descriptor, assets } of groups) {
    const key = `${project}/${specification}`
    const family = families.get(key) ?? new Map<string, number>()
    families.set(key, family.set(descriptor, (family.get(descriptor) ?? 0) + assets))
  }
  const findings = new Map<string, (name: string) => LintFinding>()
  for (const [key, family] of families) {
    for (const { descriptor, other, how } of nearDuplicates(family)) {
      findings.set(`${key}/${descriptor}`, name => {
        const position = /(?:^|_)d-/.exec(name)
        const start = position === null ? 0 : position.index + position[0].length
        return {
          rule: 'near-duplicate',
          field: 'descriptor',
          position: start,
          length: descriptor.length,
          message: `"${descriptor}" differs from "${other}" only ${hows[how]}.`,
          suggestion: name.slice(0, start) + other + name.slice(start + descriptor.length),
        }
      })
    }
  }
  return findings
}

/**
 * Checks the names of all assets of the last update against the conventions, versions of one asset together. In the order
 * of the paths. Throws `not-found` before the first update.
 */
export function* lintCatalog(project: Project, options: LintOptions = {}): Generator<NameFindings> {
  const database = openCatalog(project.catalogFolder)
  try {
    const groups: Group[] = database
      .prepare(
        `select coalesce(project, '') as project, specification, descriptor, asset_name as name, min(asset_path) as path, extension, count(*) as assets
         from assets where asset_name is not null and descriptor is not null group by project, specification, descriptor order by path`,
      )
      .all()
      .map(row => ({
        project: String(row.project),
        specification: String(row.specification),
        descriptor: String(row.descriptor),
        name: String(row.name),
        path: String(row.path),
        extension: typeof row.extension === 'string' ? row.extension : null,
        assets: Number(row.assets),
      }))
    const duplicates = duplicateFindings(groups)
    for (const { project: code, specification, descriptor, name, path, extension, assets } of groups) {
      if (fieldsOf(name) === undefined) continue
      const own = lintName(name, { ...options, ...(extension !== null && { extension }) }) ?? []
      const twin = duplicates.get(`${code}/${specification}/${descriptor}`)?.(name)
      const findings = twin === undefined ? own : [...own, twin]
      if (findings.length > 0) yield { name, path, assets, findings }
    }
  } finally {
    database.close()
  }
}
