import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { environmentName } from '@fairlead/core/host'
// @boundaries-ignore The command line is run as its own tests run it.
import { bin } from '../../packages/cli/test/support/run.ts'
import { services } from '../programs/services.ts'
import { fileName, root, type Block, type Page } from './page.ts'

/**
 * What stands in for installing from a registry, which test/packed and test/scaffold do: a package must be one of the workspace,
 * and then it is there. Everything else goes to the real program.
 */
const fairleadProgram = `#!/bin/sh
if [ "$1 $2" = 'plugins install' ]; then
  shift 2
  for name in "$@"; do
    [ -e "$FAIRLEAD_DOCS/node_modules/$name" ] || { echo "$name is no package of the workspace" >&2; exit 1; }
  done
  exit 0
fi
exec ${process.execPath} ${bin} "$@"
`
const npmProgram = `#!/bin/sh
[ "$1" = install ] || { echo "npm $1: test/docs runs only npm install; say which test runs it, with 'runs in'" >&2; exit 1; }
shift
for name in "$@"; do
  case "$name" in --*) ;; *) [ -e "$FAIRLEAD_DOCS/node_modules/$name" ] || { echo "$name is no package of the workspace" >&2; exit 1; } ;; esac
done
`

/** Links all packages of the workspace into a folder, as if they were installed there. */
export function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules')
  for (const group of ['packages', 'plugins']) {
    for (const entry of readdirSync(join(root, group))) {
      const manifest = join(root, group, entry, 'package.json')
      if (!existsSync(manifest)) continue
      const { name }: { readonly name: string } = JSON.parse(readFileSync(manifest, 'utf8'))
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(dirname(manifest), join(modules, name))
    }
  }
}

const heredoc = (file: string, content: string): string => `cat > ${file} <<'END OF BLOCK'\n${content}\nEND OF BLOCK\n`

/** The commands of a transcript, each with what it printed there. */
function transcript(block: string): ReadonlyArray<{ readonly command: string; readonly printed: string }> {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map(part => {
      const [command = '', ...printed] = part.trimEnd().split('\n')
      return { command, printed: printed.join('\n').trim() }
    })
}

/** The shell commands that do what a block says. */
function scriptOf(block: Block, index: number): string {
  if (block.language === 'ts') {
    const name = fileName(block)
    if (name !== undefined) return heredoc(name, block.text)
    return `${heredoc(`block-${index}.ts`, `${block.given}\n${block.text}`)}node --conditions=@fairlead/source block-${index}.ts`
  }
  if (block.language === 'console') {
    const commands = transcript(block.text).map(({ command }, at) => `{ ${command}\n} > "$FAIRLEAD_DOCS/out-${index}-${at}" 2>&1 || true`)
    return [block.given, ...commands].join('\n')
  }
  if (block.exit === 0) return `${block.given}\n${block.text}`
  return `${block.given}\nset +e\n${block.text}\ncode=$?\nset -e\n[ "$code" = ${block.exit} ] || { echo "ended with $code" >&2; exit 1; }`
}

/** Whether what was printed is what a transcript shows; there `…` stands for anything. */
function isLike(shown: string, printed: string): boolean {
  const pattern = shown
    .split('…')
    .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('[\\s\\S]*?')
  return new RegExp(`^${pattern}$`).test(printed.replaceAll(/[ \t]+$/gm, '').trim())
}

/**
 * Runs the blocks of a page one after the other in one shell, in an empty folder with an empty home, and tells what differs
 * from what the page says; undefined when nothing does.
 */
export async function walk(page: Page): Promise<string | undefined> {
  const blocks = page.blocks.filter(
    block => block.illustration === undefined && block.elsewhere === undefined && block.excerpt === undefined,
  )
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-docs-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  linkPackages(folder)
  const work = join(folder, 'work')
  const programs = join(folder, 'bin')
  for (const made of [work, programs, join(folder, 'home')]) mkdirSync(made)
  writeFileSync(join(work, 'package.json'), '{"type": "module"}')
  for (const [name, program] of Object.entries({ fairlead: fairleadProgram, npm: npmProgram })) {
    writeFileSync(join(programs, name), program)
    chmodSync(join(programs, name), 0o755)
  }
  const variables: Record<string, string> = {}
  for (const [connection, name] of page.services) {
    const start = services[name]
    if (start === undefined) return `there is no service ${name}`
    const service = stack.use(await start())
    for (const [setting, value] of Object.entries(service.settings)) variables[environmentName(connection, setting)] = String(value)
  }
  const mark = join(folder, 'mark')
  const script = blocks.map((block, index) => `echo '${page.path}:${block.line}' > ${mark}\n${scriptOf(block, index)}`).join('\n')
  writeFileSync(join(folder, 'script.sh'), `set -eo pipefail\n${script}\necho done > ${mark}\n`)
  const child = spawn('bash', [join(folder, 'script.sh')], {
    cwd: work,
    env: {
      PATH: [programs, dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: join(folder, 'home'),
      FAIRLEAD_HOME: join(folder, 'home', '.fairlead'),
      FAIRLEAD_SECRETS: 'file',
      FAIRLEAD_DOCS: folder,
      NODE_COMPILE_CACHE: join(tmpdir(), 'fairlead-cli-compiled'),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  const last = readFileSync(mark, 'utf8').trim()
  if (last !== 'done') return `${last} failed:\n${printed.slice(-2000)}${complaints.slice(-4000)}`
  const different = blocks.flatMap((block, index) =>
    block.language !== 'console'
      ? []
      : transcript(block.text).flatMap(({ command, printed: shown }, at) => {
          const real = readFileSync(join(folder, `out-${index}-${at}`), 'utf8')
          return isLike(shown, real) ? [] : [`${page.path}:${block.line}: ${command} printed\n${real}\nnot\n${shown}`]
        }),
  )
  return different.length === 0 ? undefined : different.join('\n\n')
}
