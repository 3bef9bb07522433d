import { FairleadError } from '@fairlead/core'
import { parseSpecificationYaml } from '../specification/specification-yaml.ts'
import { specificationText, type PlainSpecification } from '../yaml/specification-text.ts'
import { follow } from './evaluate.ts'
import { Findings, type ImportNote, type NotCarried } from './findings.ts'
import { lineageOf } from './lineage.ts'
import { readModule, type PythonClass, type PythonModule } from './python-module.ts'
import { parsePython } from './python-source.ts'
import { readSpecification } from './read-specification.ts'

/** What an import gives. */
export interface ImportedSpecifications {
  readonly specifications: readonly PlainSpecification[]
  /** The same as YAML, with comments on what was not carried over and what behaves otherwise. */
  readonly yaml: string
  /** Sorted by place. */
  readonly notCarried: readonly NotCarried[]
  readonly notes: readonly ImportNote[]
}

const token = /^[a-z]{3,4}[0-9]{3}$/

/** The classes that the list SPECIFICATIONS names, or every specification of the file where there is no such list. */
function listed(module: PythonModule, findings: Findings): readonly PythonClass[] {
  const list = module.values.get('SPECIFICATIONS')
  if (list === undefined) {
    const inherited = new Set(
      [...module.classes.values()].flatMap(({ bases }) => bases.flatMap(base => (base.kind === 'name' ? [base.name] : []))),
    )
    const classes = [...module.classes.values()].filter(one => token.test(one.name.toLowerCase()) || !inherited.has(one.name))
    const [first] = classes
    if (first !== undefined)
      findings.note(first.node, 'The file has no list SPECIFICATIONS, which Hidebound requires; all its specifications are converted.')
    return classes
  }
  const found = follow(module, list)
  if (found.kind !== 'list') {
    findings.drop(
      found.node,
      'SPECIFICATIONS is not a literal list.',
      'Write the list out, then import again; until then, every class is converted.',
    )
    return [...module.classes.values()]
  }
  const classes = found.items.flatMap(item => {
    const one = item.kind === 'name' ? module.classes.get(item.name) : undefined
    if (one === undefined) findings.drop(item.node, 'This class is not in the file.', 'Import the file that contains it.')
    return one ?? []
  })
  for (const one of module.classes.values()) {
    const isUsed = classes.some(other => lineageOf(module, other)?.classes.includes(one))
    if (!isUsed && lineageOf(module, one) !== undefined)
      findings.note(one.node, `${one.name} is not in SPECIFICATIONS and is left out, as Hidebound does.`)
  }
  return classes
}

function readOne(module: PythonModule, one: PythonClass, findings: Findings): PlainSpecification | undefined {
  findings.specification = one.name
  const lineage = lineageOf(module, one, findings)
  if (lineage === undefined) {
    findings.drop(
      one.node,
      `${one.name} derives from none of Hidebound's specification classes.`,
      'Write it by hand if it is a specification.',
    )
    return undefined
  }
  if (!token.test(one.name.toLowerCase())) {
    findings.drop(
      one.node,
      'No name can refer to it: a specification has 3 or 4 letters and 3 digits.',
      'Choose such a name, and rename the files that belong to it.',
    )
    return undefined
  }
  const specification = readSpecification(module, one, lineage, findings)
  try {
    parseSpecificationYaml(specificationText([{ specification }]), one.name)
    return specification
  } catch (error) {
    if (!FairleadError.is(error, 'config-invalid')) throw error
    findings.drop(one.node, `It is not a valid specification: ${error.message.replaceAll('\n', ' ')}`, 'Write it by hand.')
    return undefined
  }
}

const place = ({ file, line, column }: NotCarried | ImportNote): string => `${file}:${line}:${column}`

/**
 * Converts the literal part of a Hidebound specification module, Python that is read and never run. `file` is named in
 * messages. Throws `input-invalid` for what is no readable Python, with `file:line:column`.
 */
export function importSpecifications(bytes: Uint8Array, file: string): ImportedSpecifications {
  const source = parsePython(bytes, file)
  const module = readModule(source)
  const findings = new Findings(source, file)
  for (const statement of module.others) {
    if (/^if\s*\(?\s*__name__\s*==/.test(source.textOf(statement))) continue
    findings.drop(statement, 'This is code at the top of the module.', 'Write what it changes by hand.')
  }
  const classes = listed(module, findings)
  const specifications = new Map<string, PlainSpecification>()
  for (const one of classes) {
    const specification = readOne(module, one, findings)
    if (specification === undefined) continue
    if (specifications.has(specification.name))
      findings.drop(one.node, `There are two specifications ${specification.name}; Hidebound uses the last one.`, 'Rename one of the two.')
    specifications.set(specification.name, specification)
  }
  findings.specification = undefined
  const byPlace = (a: NotCarried | ImportNote, b: NotCarried | ImportNote) => a.line - b.line || a.column - b.column
  const notCarried = findings.notCarried.toSorted(byPlace)
  const notes = findings.notes.toSorted(byPlace)
  const lines = (name: string | undefined): readonly string[] => [
    ...notCarried
      .filter(one => one.specification?.toLowerCase() === name)
      .map(one => `not carried over: ${place(one)}: ${one.what} — ${one.why} ${one.instead}`),
    ...notes.filter(one => one.specification?.toLowerCase() === name).map(one => `note: ${place(one)}: ${one.message}`),
  ]
  const all = [...specifications.values()]
  const isHere = (name: string | undefined) => name !== undefined && specifications.has(name.toLowerCase())
  const elsewhere = notCarried
    .filter(one => one.specification !== undefined && !isHere(one.specification))
    .map(one => `not carried over: ${place(one)}: ${one.what} — ${one.why} ${one.instead}`)
  const yaml = specificationText(
    all.map(specification => ({ specification, comments: lines(specification.name) })),
    [`Converted from ${file}.`, ...lines(undefined), ...elsewhere],
  )
  return { specifications: all, yaml, notCarried, notes }
}
