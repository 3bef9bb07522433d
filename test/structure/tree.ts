import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** Source files and package manifests by their path from the root, with `/` between its parts. */
export type Tree = ReadonlyMap<string, string>

/** One module that a file names, in an import, an export … from or a call of `import()`. */
export interface Import {
  readonly specifier: string
  /** Erased when the code runs. */
  readonly typeOnly: boolean
}

const skipped = new Set(['node_modules', 'dist', '.turbo', 'fixtures'])

/** Reads all TypeScript sources and package.json files of the given folders. */
export function readTree(root: string, folders: readonly string[]): Tree {
  const tree = new Map<string, string>()
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`
      if (entry.isDirectory() && !skipped.has(entry.name)) visit(path)
      else if (entry.isFile() && (entry.name.endsWith('.ts') || entry.name === 'package.json'))
        tree.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  for (const folder of folders) visit(folder)
  return tree
}

/** Parses one source file. */
export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
}

/** Every module a source text names. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword })
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [name] = node.arguments
      if (name !== undefined && ts.isStringLiteral(name)) found.push({ specifier: name.text, typeOnly: false })
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
      found.push({ specifier: node.argument.literal.text, typeOnly: true })
    }
    ts.forEachChild(node, visit)
  }
  visit(parse(path, text))
  return found
}

/** The members of a tree below a folder that match a pattern. */
export function filesUnder(tree: Tree, folder: string, pattern = /\.ts$/): Array<readonly [path: string, text: string]> {
  return [...tree].filter(([path]) => path.startsWith(`${folder}/`) && pattern.test(path))
}

/** The folders directly below `plugins/`, and the template of a client once it exists. */
export function pluginFolders(tree: Tree): string[] {
  const folders = [...tree.keys()].flatMap(path => /^(plugins\/[^/]+|templates\/client)\/package\.json$/.exec(path)?.[1] ?? [])
  return [...new Set(folders)].toSorted()
}
