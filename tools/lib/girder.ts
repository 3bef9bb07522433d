import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './run.ts'

const source = join(root, 'tools', 'servers', 'girder')

/** Changes when anything does of which the installation is made. */
function girderVersion(): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(source).toSorted()) hash.update(name).update(readFileSync(join(source, name)))
  return hash.digest('hex').slice(0, 16)
}

/**
 * Installs Girder with its Python packages, and its store, into a folder outside of the clone that all clones share, and puts
 * commands for them into `bin`: Girder's own, a store that speaks MongoDB's protocol, and the Python that has girder-client.
 */
export function installGirder(bin: string): 'there' | 'installed' | { readonly problem: string } {
  const cache =
    process.env['FAIRLEAD_SERVERS_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fairlead-servers')
  const folder = join(cache, `girder-${girderVersion()}`)
  const isThere = existsSync(join(folder, 'complete'))
  const problem = isThere ? undefined : build(folder)
  if (problem !== undefined) return { problem }
  const commands: Readonly<Record<string, string>> = {
    'girder-server': `exec "${folder}/venv/bin/girder" "$@"`,
    'girder-store': `exec java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "${folder}/store:${folder}/store/*" Store "$@"`,
    'girder-python': `exec "${folder}/venv/bin/python" "$@"`,
  }
  for (const [name, command] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${command}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return isThere ? 'there' : 'installed'
}

/** An environment of Python can't be moved: it is made in its place, and believed only when it is complete. */
function build(folder: string): string | undefined {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const python = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'].find(isNewPython)
  if (python === undefined) return 'It needs a Python of 3.10 or newer with venv. Install python3-venv and run this again.'
  for (const [program, argument, wanted] of [
    ['javac', '--version', 'a Java development kit (default-jdk-headless)'],
    ['mvn', '--version', 'Maven (maven)'],
  ] as const) {
    if (spawnSync(program, [argument]).status !== 0) return `Its store needs ${wanted}. Install it and run this again.`
  }
  const store = join(folder, 'store')
  const environment = join(folder, 'venv')
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--prefer-binary']
  const lists = ['-c', join(source, 'constraints.txt'), '-r', join(source, 'requirements.txt')]
  const maven = ['--quiet', '--batch-mode', '--file', join(source, 'pom.xml'), 'dependency:copy-dependencies']
  const steps: ReadonlyArray<readonly [string, ...string[]]> = [
    [python, '-m', 'venv', environment],
    [join(environment, 'bin', 'python'), ...pip, ...lists],
    ['mvn', ...maven, `-DoutputDirectory=${store}`],
    ['javac', '-cp', join(store, '*'), '-d', store, join(source, 'Store.java')],
  ]
  for (const [command, ...args] of steps) {
    const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: dirname(folder) })
    if (status === 0) continue
    const said = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-20).join('\n')
    return `${said}\nThat was: ${[command, ...args].join(' ')}`
  }
  writeFileSync(join(folder, 'complete'), '')
  return undefined
}

function isNewPython(name: string): boolean {
  return spawnSync(name, ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))']).status === 0
}
