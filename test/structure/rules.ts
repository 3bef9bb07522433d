import { posix } from 'node:path'
import ts from 'typescript'
import { keptOpen } from './kept-open.ts'
import { filesUnder, importsOf, parse, pluginFolders, type Tree } from './tree.ts'

/** What a rule found: one sentence a place, none when it holds. */
type Problems = string[]

interface PackageManifest {
  readonly name?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const libraries = /^(packages\/(?!cli\/|create-client\/)[^/]+|plugins\/[^/]+)\/src\//
/** Beside applications, the one package that is there to bring all plugins. */
const applications = /^packages\/(cli|server|all)\//
const testCode = /^(test|bench)\/|\/test\//

/** Which packages of the workspace each may import in its sources. What isn't listed may import none. */
const directions: Readonly<Record<string, readonly string[]>> = {
  core: [],
  assets: ['core'],
  engine: ['core'],
  testkit: ['core'],
  catalog: ['core', 'assets', 'engine'],
  cli: ['core', 'assets', 'engine', 'catalog'],
  all: ['core'],
  'create-client': ['core', 'testkit'],
}

/** Every plugin has the same files, so that who knows one knows where everything is in all of them. */
function pluginFiles(tree: Tree): Problems {
  return pluginFolders(tree).flatMap(folder => {
    const problems = [
      'src/index.ts',
      'src/manifest.ts',
      'src/connection.ts',
      'src/mapping.ts',
      'src/errors.ts',
      'test/conformance.test.ts',
      'test/setups.ts',
    ]
      .filter(file => !tree.has(`${folder}/${file}`))
      .map(file => `${folder} has no ${file}`)
    if (!tree.has(`${folder}/src/service.ts`) && filesUnder(tree, `${folder}/src/service`).length === 0)
      problems.push(`${folder} has no src/service.ts or src/service/`)
    const lines = (tree.get(`${folder}/src/index.ts`) ?? '').trimEnd().split('\n').length
    if (lines > 25) problems.push(`${folder}/src/index.ts has ${lines} lines, more than 25`)
    return problems
  })
}

/** Tests of a plugin use it as an application does. */
const doorsOfTests: ReadonlySet<string> = new Set(['@fairlead/core/host', '@fairlead/testkit', '@fairlead/testkit/readme'])

/** A plugin imports core's first door, its own SDK in its service only, and Node's modules; its tests also the host and the test kit. */
function pluginImports(tree: Tree): Problems {
  return pluginFolders(tree).flatMap(folder => {
    const manifest = JSON.parse(tree.get(`${folder}/package.json`) ?? '{}') as PackageManifest
    // A peer is one that users bring along where they want what it is for.
    const sdk = Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies }).filter(name => !isOurs(name))
    const tools = Object.keys(manifest.devDependencies ?? {}).filter(name => !isOurs(name))
    return filesUnder(tree, folder, /\/(src|test)\/.*\.ts$/).flatMap(([path, text]) => {
      const inTest = testCode.test(path)
      const inService = /\/src\/service(\.ts$|\/)/.test(path)
      return specifiers(path, text).flatMap(name => {
        if (name.startsWith('.') || name.startsWith('node:') || name === '@fairlead/core') return []
        if (inTest && (doorsOfTests.has(name) || packageOf(name) === manifest.name || tools.includes(packageOf(name)))) return []
        if (!sdk.includes(packageOf(name)))
          return [`${path} imports ${name}, which is neither @fairlead/core, its SDK nor a module of Node`]
        return inTest || inService ? [] : [`${path} imports the SDK ${name}: only its service may`]
      })
    })
  })
}

/** core's contract, and all else outside its host, stands without the host. */
function contractWithoutHost(tree: Tree): Problems {
  return filesUnder(tree, 'packages/core/src')
    .filter(([path]) => !path.startsWith('packages/core/src/host/'))
    .flatMap(([path, text]) => {
      const host = specifiers(path, text).filter(
        name => name === '@fairlead/core/host' || resolved(path, name).startsWith('packages/core/src/host/'),
      )
      return host.map(name => `${path} imports ${name}: only the host may`)
    })
}

/** What core's first door reaches when it is loaded has no file, database or native code. */
function firstDoorIsPure(tree: Tree): Problems {
  const forbidden = /^node:(fs|sqlite|child_process|worker_threads)(\/|$)|^@napi-rs\//
  const seen = new Set<string>()
  const problems: Problems = []
  const visit = (path: string): void => {
    const text = tree.get(path)
    if (text === undefined || seen.has(path)) return
    seen.add(path)
    for (const { specifier, typeOnly } of importsOf(path, text)) {
      if (typeOnly) continue
      if (forbidden.test(specifier)) problems.push(`${path} imports ${specifier}, and "@fairlead/core" loads it: move it to the host`)
      else if (specifier.startsWith('.')) visit(resolved(path, specifier))
    }
  }
  visit('packages/core/src/index.ts')
  return problems
}

/** Packages import each other in one direction; assets touch no database and no network. */
function directionOfImports(tree: Tree): Problems {
  return filesUnder(tree, 'packages', /^packages\/[^/]+\/src\/.*\.ts$/).flatMap(([path, text]) => {
    const own = path.split('/')[1] ?? ''
    return specifiers(path, text).flatMap(name => {
      const other = /^@fairlead\/(?!client-)([^/]+)/.exec(name)?.[1] ?? (packageOf(name) === 'fairlead' ? 'cli' : undefined)
      if (other !== undefined && other !== own && directions[own]?.includes(other) !== true)
        return [`${path} imports ${name}: ${own} may not import ${other}`]
      if (own === 'assets' && /^node:(sqlite|https?|http2|net|tls|dgram)$/.test(name)) return [`${path} imports ${name}: assets are pure`]
      return []
    })
  })
}

/** Only applications and tests import plugins: everyone else gets them registered. */
function pluginsAreRegistered(tree: Tree): Problems {
  return [...tree]
    .filter(([path]) => path.endsWith('.ts') && !applications.test(path) && !testCode.test(path))
    .flatMap(([path, text]) => {
      const plugins = specifiers(path, text).filter(name => name.startsWith('@fairlead/client-'))
      return plugins.map(name => `${path} imports the plugin ${name}: only applications and tests may`)
    })
}

/** An index.ts holds exports only; that of a plugin, which has a manifest beside it, also puts its parts together. */
function indexesOnlyExport(tree: Tree): Problems {
  return [...tree]
    .filter(([path]) => path.endsWith('/index.ts') && path.includes('/src/'))
    .flatMap(([path, text]) => {
      const ofPlugin = tree.has(path.replace(/index\.ts$/, 'manifest.ts'))
      const bad = parse(path, text).statements.filter(statement => !isReexport(statement) && !(ofPlugin && isAssembly(statement)))
      return bad.map(statement => `${path} holds more than exports: ${statement.getText().split('\n')[0] ?? ''}`)
    })
}

/** Libraries never write to the console and never end the process, but for a `process.ts`, which is a process of its own. */
function librariesAreQuiet(tree: Tree): Problems {
  return [...tree]
    .filter(([path]) => libraries.test(path) && path.endsWith('.ts'))
    .flatMap(([path, text]) => {
      const problems: Problems = []
      const visit = (node: ts.Node): void => {
        if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
          const name = `${node.expression.text}.${node.name.text}`
          if (name.startsWith('console.') || (name === 'process.exit' && posix.basename(path) !== 'process.ts'))
            problems.push(`${path} uses ${name}`)
        }
        ts.forEachChild(node, visit)
      }
      visit(parse(path, text))
      return problems
    })
}

/** One subject a file: kebab-case names, at most 400 lines. */
function filesAreSmall(tree: Tree): Problems {
  return [...tree]
    .filter(([path]) => path.endsWith('.ts'))
    .flatMap(([path, text]) => {
      const problems: Problems = []
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|test-d|config|d))?\.ts$/.test(posix.basename(path)))
        problems.push(`${path} is not named in kebab-case`)
      const lines = text.trimEnd().split('\n').length
      if (path.includes('/src/') && lines > 400) problems.push(`${path} has ${lines} lines, more than 400`)
      return problems
    })
}

/** Every rule of the workspace's structure, by its name. */
export const rules = {
  keptOpen,
  pluginFiles,
  pluginImports,
  contractWithoutHost,
  firstDoorIsPure,
  directionOfImports,
  pluginsAreRegistered,
  indexesOnlyExport,
  librariesAreQuiet,
  filesAreSmall,
}

function specifiers(path: string, text: string): string[] {
  return importsOf(path, text).map(({ specifier }) => specifier)
}

function resolved(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function isOurs(name: string): boolean {
  return name === 'fairlead' || name.startsWith('@fairlead/')
}

function isReexport(statement: ts.Statement): boolean {
  if (!ts.isExportDeclaration(statement)) return false
  return (
    statement.moduleSpecifier !== undefined ||
    (statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause) && statement.exportClause.elements.length === 0)
  )
}

function isAssembly(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement) || ts.isExportAssignment(statement) || ts.isExportDeclaration(statement)) return true
  return ts.isVariableStatement(statement) && statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}
