import { fieldNames, type FieldName } from '../grammar/fields.ts'
import { fieldListProblems } from '../grammar/grammar.ts'
import { hasReference } from '../grammar/reference-of.ts'
import type { PlainRules, PlainSpecification } from '../yaml/specification-text.ts'
import { rootPattern } from '../yaml/root-pattern.ts'
import { fieldsOfKey } from './signature.ts'
import type { FieldsCount, Survey } from './survey.ts'

const assetFields: readonly FieldName[] = ['project', 'specification', 'descriptor', 'version']

/** Of the files of a specification: below this share an extension that no folder is made of is a mistake. */
const leastShare = 0.05

function isLegal(fields: readonly FieldName[]): boolean {
  return fields.includes('specification') && fieldListProblems(fields).length === 0 && hasReference(fields)
}

/** Most files first; then more fields; then the customary order. */
function mostFiles(counts: Iterable<FieldsCount>): FieldsCount | undefined {
  const orders = [...counts].filter(({ key }) => isLegal(fieldsOfKey(key)))
  return orders.sort((a, b) => b.files - a.files || fieldsOfKey(b.key).length - fieldsOfKey(a.key).length || a.key - b.key)[0]
}

function most(counts: ReadonlyMap<number, number>, fits: (key: number) => boolean): number | undefined {
  return [...counts].filter(([key]) => fits(key)).sort(([, a], [, b]) => b - a)[0]?.[0]
}

function sum(counts: ReadonlyMap<unknown, number>): number {
  let total = 0
  for (const count of counts.values()) total += count
  return total
}

/** The extensions that are meant: those that whole folders are made of, and those that enough files have. */
function extensionRule({ extensions, files }: FieldsCount): PlainRules | undefined {
  const legal = [...extensions].filter(([extension]) => extension !== '' && extension === extension.toLowerCase())
  const ordered = legal.sort(([a, { files: x }], [b, { files: y }]) => y - x || (a < b ? -1 : 1))
  const meant = ordered
    .filter(([, count], index) => index === 0 || count.folders > 0 || count.files >= files * leastShare)
    .map(([extension]) => extension)
  const [first] = meant
  if (first === undefined) return undefined
  return meant.length === 1 ? { eq: first } : { in: meant.toSorted() }
}

function proposeOne(name: string, counts: ReadonlyMap<number, FieldsCount>): PlainSpecification | undefined {
  const chosen = mostFiles(counts.values())
  if (chosen === undefined) return undefined
  const filenameFields = fieldsOfKey(chosen.key)
  const stem: readonly FieldName[] = filenameFields.filter(field => field !== 'extension')
  const fits = (key: number) => {
    const fields = fieldsOfKey(key)
    return isLegal(fields) && fields.every(field => stem.includes(field))
  }
  const inside = sum(chosen.inside)
  const below = sum(chosen.below)
  const folderKey = most(
    new Map([...chosen.inside, ...[...chosen.below].map(([key, count]) => [key, count + (chosen.inside.get(key) ?? 0)] as const)]),
    fits,
  )
  const extension = extensionRule(chosen)
  const rules = extension === undefined ? {} : { extension }
  const common = { name, filenameFields, traits: {}, rules }
  if (folderKey === undefined || inside + below < chosen.files / 2) {
    // Without a folder of its own each file is an asset, and needs a name of its own: every further field joins it.
    const fallback = assetFields.filter(field => stem.includes(field))
    const further = fieldNames.filter(field => (field === 'coordinate' || field === 'frame') && stem.includes(field))
    return { ...common, type: 'file', assetNameFields: [...fallback, ...further] }
  }
  const assetNameFields = fieldsOfKey(folderKey)
  if (below < (inside + below) / 5) return { ...common, type: 'sequence', assetNameFields }
  return { ...common, type: 'complex', assetNameFields, root: { pattern: rootPattern(name, assetNameFields) } }
}

/** A few names whose folders all belong to another specification: its token is miswritten. */
function isMistake(counts: ReadonlyMap<number, FieldsCount>, survey: Survey): boolean {
  let files = 0
  const foreign = new Map<string, number>()
  for (const one of counts.values()) {
    files += one.files
    for (const [token, count] of one.foreign) foreign.set(token, (foreign.get(token) ?? 0) + count)
  }
  return [...foreign].some(([token, count]) => {
    const other = survey.get(token)
    return other !== undefined && count * 2 > files && [...other.values()].reduce((all, one) => all + one.files, 0) > files
  })
}

/** The specifications that the names speak of, sorted by name, each with the fields that most of its names have. */
export function proposeSpecifications(survey: Survey): readonly PlainSpecification[] {
  return [...survey]
    .filter(([, counts]) => !isMistake(counts, survey))
    .flatMap(([name, counts]) => proposeOne(name, counts) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
