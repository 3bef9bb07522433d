import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { generated } from './markdown.ts'

/** A door of a package: what programs import from it. */
interface Door {
  readonly page: string
  readonly name: string
  readonly source: string
  readonly about: string
}

const doors: readonly Door[] = [
  {
    page: 'core',
    name: '@fairlead/core',
    source: 'packages/core/src/index.ts',
    about: 'What a client imports: the contract, and what helps to keep to it.',
  },
  {
    page: 'core-host',
    name: '@fairlead/core/host',
    source: 'packages/core/src/host/index.ts',
    about: 'What an application runs: connections, their verbs, settings, copies and syncs.',
  },
  {
    page: 'testkit',
    name: '@fairlead/testkit',
    source: 'packages/testkit/src/index.ts',
    about: 'What tests of a client use: the conformance suite, faults, servers, and services in memory.',
  },
]

/** Text that is no code: what looks like an element there would be taken for one. */
const escaped = (text: string): string =>
  text
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`')
    .replaceAll(/(`[^`]*`)|</g, (found, quoted?: string) => quoted ?? (found === '<' ? '&lt;' : found))

/** A declaration without its docstring, its body and what only its own code sees. */
function signature(node: ts.Declaration, checker: ts.TypeChecker): string {
  const file = node.getSourceFile()
  const from = (start: number, end: number): string => file.text.slice(start, end).trim()
  const head = (part: ts.FunctionLikeDeclaration): string =>
    from(part.getStart(file), part.body?.getStart(file) ?? part.getEnd()).replace(/;$/, '')
  if (ts.isFunctionDeclaration(node)) return head(node).replace(/^export (default )?(async )?/, '')
  if (ts.isVariableDeclaration(node)) {
    const type = node.type?.getText(file) ?? checker.typeToString(checker.getTypeAtLocation(node), node, ts.TypeFormatFlags.NoTruncation)
    return `const ${node.name.getText(file)}: ${type.length > 600 ? '…' : type}`
  }
  if (ts.isClassDeclaration(node)) {
    const members = node.members.flatMap(member => {
      const hidden = ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword)
      if (hidden === true || (member.name !== undefined && ts.isPrivateIdentifier(member.name)) || ts.isClassStaticBlockDeclaration(member))
        return []
      const docs = ts.getJSDocCommentsAndTags(member).map(doc => doc.getText(file))
      const text = ts.isPropertyDeclaration(member)
        ? from(member.getStart(file), member.initializer?.getFullStart() ?? member.getEnd()).replace(/\s*=$/, '')
        : ts.isFunctionLike(member) && 'body' in member
          ? head(member as ts.FunctionLikeDeclaration) // members with a body are
          : member.getText(file)
      return [...docs, text].map(line => `  ${line}`)
    })
    return `${from(node.getStart(file), node.members.pos).replace(/^export (default )?/, '')}\n${members.join('\n')}\n}`
  }
  return node.getText(file).replace(/^export (default )?/, '')
}

function entry(symbol: ts.Symbol, checker: ts.TypeChecker): { readonly name: string; readonly file: string; readonly text: string } {
  const name = symbol.getName()
  const real = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
  const declarations = (real.getDeclarations() ?? []).filter(
    node => !ts.isFunctionDeclaration(node) || node.body === undefined || real.getDeclarations()?.length === 1,
  )
  const docs = ts.displayPartsToString(real.getDocumentationComment(checker))
  const signatures = declarations.map(node => signature(node, checker)).join('\n\n')
  const parts = [`### ${name}`, escaped(docs), `\`\`\`ts\n${signatures}\n\`\`\``]
  return { name, file: declarations[0]?.getSourceFile().fileName ?? '', text: parts.filter(part => part !== '').join('\n\n') }
}

function pageOf(door: Door, root: string, program: ts.Program): string {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(join(root, door.source))
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file)
  if (module === undefined) throw new Error(`${door.source} exports nothing`)
  const entries = checker.getExportsOfModule(module).map(symbol => entry(symbol, checker))
  // One section for each folder of the sources: a folder is a subject.
  const home = dirname(door.source)
  const subject = (path: string): string => relative(join(root, home), dirname(path)).replace(/^(\.\.\/)+/, '') || 'main'
  const subjects = Object.groupBy(entries, one => subject(one.file))
  const sections = Object.entries(subjects)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, list = []]) =>
        `## ${name}\n\n${list
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
          .map(({ text }) => text)
          .join('\n\n')}`,
    )
  return `${generated}\n\n# ${door.name}\n\n${door.about}\n\n\`\`\`ts\nimport { … } from '${door.name}'\n\`\`\`\n\n${sections.join('\n\n')}\n`
}

/** The pages on what programs import, made of the sources, by path below docs/reference. */
export function apiFiles(root: string): ReadonlyMap<string, string> {
  const program = ts.createProgram({
    rootNames: doors.map(({ source }) => join(root, source)),
    options: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      customConditions: ['@fairlead/source'],
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    },
  })
  return new Map(doors.map(door => [`api/${door.page}.md`, pageOf(door, root, program)]))
}
