#!/usr/bin/env node
// Sets up everything on a machine that has only Node >= 18 and npm, then runs one task. No dependencies, Node 18 syntax.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join, delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tools = join(root, '.tools')
const nodeVersion = '24.21.0'
const pnpmVersion = '11.28.10'
const required = { major: 24, minor: 15 }

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

/** The Node binary of the product: this one if it is new enough, else the platform's package from the registry. */
function nodeBinary() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > required.major || (major === required.major && minor >= required.minor)) return process.execPath
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${platform}-${process.arch}`
  const binary = join(tools, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  installTool(name, nodeVersion, binary)
  return binary
}

function pnpmScript() {
  const script = join(tools, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs')
  installTool('pnpm', pnpmVersion, script)
  return script
}

/** @param {string} name @param {string} version @param {string} file What is there once it is installed. */
function installTool(name, version, file) {
  const manifest = join(tools, 'node_modules', name, 'package.json')
  if (existsSync(file) && existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version) return
  mkdirSync(tools, { recursive: true })
  if (!existsSync(join(tools, 'package.json'))) writeFileSync(join(tools, 'package.json'), '{ "private": true }\n')
  process.stderr.write(`installing ${name}@${version} into .tools\n`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const args = ['install', '--prefix', tools, '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', `${name}@${version}`]
  const done = spawnSync(npm, args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' })
  if (done.status !== 0 || !existsSync(file))
    fail(`could not install ${name}@${version}. Is the npm registry reachable? Try: npm ${args.join(' ')}`)
}

const node = nodeBinary()
const pnpm = pnpmScript()
const env = {
  ...process.env,
  // turbo looks for pnpm on the path.
  PATH: [dirname(node), join(tools, 'node_modules', '.bin'), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter),
  FAIRLEAD_NODE: node,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  // Colours are for people at a terminal.
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
}

/** @param {string} command @param {string[]} args */
function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', env })
  if (done.error) fail(`${command} could not be started: ${done.error.message}`)
  if (done.status !== 0) process.exit(done.status ?? 1)
}

/** Installs the workspace unless the lock file and manifests are the ones that were installed last. */
function install() {
  const stamp = join(tools, 'installed')
  const manifests = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']
  for (const folder of ['packages', 'plugins', 'templates', '.']) {
    const base = join(root, folder)
    if (!existsSync(base)) continue
    for (const entry of readdirSync(base)) {
      const file = join(folder, entry, 'package.json')
      if (statSync(join(base, entry)).isDirectory() && existsSync(join(root, file)) && entry !== 'node_modules') manifests.push(file)
    }
  }
  const hash = createHash('sha256')
  for (const file of manifests) if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  const digest = hash.digest('hex')
  if (existsSync(stamp) && existsSync(join(root, 'node_modules')) && readFileSync(stamp, 'utf8') === digest) return
  rmSync(stamp, { force: true })
  const frozen = existsSync(join(root, 'pnpm-lock.yaml')) && process.env.FAIRLEAD_UPDATE_LOCK !== '1'
  process.stderr.write('installing the packages of the workspace\n')
  const done = spawnSync(node, [pnpm, 'install', frozen ? '--frozen-lockfile' : '--no-frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (done.status !== 0)
    fail(
      `${done.stdout ?? ''}${done.stderr ?? ''}\npnpm install failed (see above). Is the npm registry reachable? Then run the command again.`,
    )
  writeFileSync(stamp, digest)
}

const [task = 'setup', ...rest] = process.argv.slice(2)
const script = join(root, 'tools', `${task}.mjs`)
if (task !== 'setup' && task !== 'exec' && !existsSync(script)) fail(`no task "${task}": there is no tools/${task}.mjs`)
install()
if (task === 'exec') run(rest[0] ?? 'node', rest.slice(1))
else if (task !== 'setup') run(node, [script, ...rest])
