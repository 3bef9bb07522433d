import type { SyntaxNode } from '@lezer/common'
import { follow, knownName } from './evaluate.ts'
import type { Expression } from './expression.ts'
import type { Findings } from './findings.ts'
import type { PythonClass, PythonModule } from './python-module.ts'

/** Hidebound's base classes, and the asset type that each gives; the plain one gives none. */
export const bases = {
  FileSpecificationBase: 'file',
  SequenceSpecificationBase: 'sequence',
  ComplexSpecificationBase: 'complex',
  SpecificationBase: undefined,
} as const

type BaseName = keyof typeof bases

function isBaseName(name: string | undefined): name is BaseName {
  return name !== undefined && Object.hasOwn(bases, name)
}

/** A class with everything that it inherits within the module. */
export interface Lineage {
  readonly base: BaseName
  /** The class itself first, then what it inherits from, in the order in which Python looks attributes up. */
  readonly classes: readonly PythonClass[]
}

const maxClasses = 200

/**
 * Which of Hidebound's bases a class has, and the classes of the module between the two. Undefined for a class that is no
 * specification; what cannot be followed is told to `findings`, where they are given.
 */
export function lineageOf(module: PythonModule, top: PythonClass, findings?: Findings): Lineage | undefined {
  const classes: PythonClass[] = []
  let base: BaseName | undefined
  const visit = (one: PythonClass, path: readonly PythonClass[]): void => {
    if (path.includes(one) || classes.length > maxClasses) return
    classes.push(one)
    for (const parent of one.bases) {
      const name = knownName(module, parent, ['hidebound'])
      const own = parent.kind === 'name' ? module.classes.get(parent.name) : undefined
      if (isBaseName(name)) base ??= name
      else if (own !== undefined) visit(own, [...path, one])
      else if (!(parent.kind === 'name' && parent.name === 'object')) {
        findings?.drop(
          parent.node,
          'This base class is not in the file.',
          'Copy what the class inherits from it into the YAML by hand, or give a file with both.',
        )
      }
    }
  }
  visit(top, [])
  // A class that is reached twice is looked up after everything that derives from it: its last place counts.
  const ordered = classes.filter((one, index) => classes.lastIndexOf(one) === index)
  return base === undefined ? undefined : { base, classes: ordered }
}

/** The first value that the class or what it inherits from gives an attribute. */
export function attributeOf({ classes }: Lineage, name: string): Expression | undefined {
  return classes.find(one => one.attributes.has(name))?.attributes.get(name)
}

/** The method by which a class overrides one of its base. */
export function methodOf({ classes }: Lineage, name: string): SyntaxNode | undefined {
  return classes.find(one => one.methods.has(name))?.methods.get(name)
}

/** A field of a model: `ListType(IntType(), …)`, in its call. */
export function isListType(module: PythonModule, expression: Expression): boolean {
  const found = follow(module, expression)
  return found.kind === 'call' && knownName(module, found.callee, ['schematics']) === 'ListType'
}
