import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installGirder } from './girder.ts'
import { root } from './run.ts'

/** Where a program comes from: a command of a Go module, or what a Python package brings along. */
type Pin = { readonly go: string } | { readonly python: string }

const folder = join(root, '.tools', 'servers')
const record = join(folder, 'installed.json')

function readJson(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
  if (status === 0) return undefined
  return `${error?.message ?? `${stdout}${stderr}`.trim()}\nThat was: ${[command, ...args].join(' ')}`
}

function firstThatRuns(commands: readonly string[], argument: string): string | undefined {
  return commands.find(command => spawnSync(command, [argument]).status === 0)
}

function buildWithGo(module: string): string | undefined {
  // Some installations put it on nobody's path.
  const go = firstThatRuns(['go', '/usr/local/go/bin/go', '/usr/lib/go/bin/go'], 'version')
  if (go === undefined) return 'It is built with Go, which is not here. Install Go 1.26 or newer and run this again.'
  // A Go of 1.21 or newer that is older than what the module asks for gets that one, as a module too.
  const { GOTOOLCHAIN = 'auto' } = process.env
  return run(go, ['install', '-trimpath', '-ldflags=-s -w', module], {
    ...process.env,
    GOBIN: join(folder, 'bin'),
    GOTOOLCHAIN,
    CGO_ENABLED: '0',
  })
}

function takeFromPython(name: string, wanted: string): string | undefined {
  const python = firstThatRuns(['python3', 'python'], '--version')
  if (python === undefined) return 'It comes as a Python package. Install Python 3 with pip and run this again.'
  const target = mkdtempSync(join(folder, 'python-'))
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps', '--target', target, wanted]
    const problem = run(python, args)
    if (problem !== undefined) return problem
    copyFileSync(join(target, 'bin', name), join(folder, 'bin', name))
    return undefined
  } finally {
    rmSync(target, { recursive: true })
  }
}

/**
 * Puts the programs of the named groups of tools/servers/programs.json, at their pinned versions, into .tools/servers/bin, where
 * the tests find them; what is there stays. Says what it did with each, and gives whether all are there.
 */
export function installPrograms(groups: readonly string[], say: (line: string) => void): boolean {
  // Both files are ours.
  const all = readJson(join(root, 'tools', 'servers', 'programs.json')) as Readonly<Record<string, Readonly<Record<string, Pin>>>>
  const installed = readJson(record) as Record<string, string>
  mkdirSync(join(folder, 'bin'), { recursive: true })
  let complete = true
  if (groups.includes('servers')) {
    const start = performance.now()
    const made = installGirder(join(folder, 'bin'))
    if (made === 'installed') say(`installed girder in ${Math.round((performance.now() - start) / 1000)} s`)
    else if (made !== 'there') {
      complete = false
      say(`missing: girder. ${made.problem}`)
    }
  }
  for (const [name, pin] of groups.flatMap(group => Object.entries(all[group] ?? {}))) {
    const version = 'go' in pin ? pin.go : pin.python
    if (installed[name] === version && existsSync(join(folder, 'bin', name))) continue
    const start = performance.now()
    const problem = 'go' in pin ? buildWithGo(pin.go) : takeFromPython(name, pin.python)
    if (problem === undefined) {
      installed[name] = version
      writeFileSync(record, JSON.stringify(installed))
      say(`installed ${name} in ${Math.round((performance.now() - start) / 1000)} s`)
    } else {
      complete = false
      say(`missing: ${name}. ${problem}`)
    }
  }
  return complete
}
