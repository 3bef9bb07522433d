import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { stringify } from 'yaml'

const workspace = join(import.meta.dirname, '..', '..')

/** An npm registry on this machine that holds our packages and passes on requests for all others. */
export interface LocalRegistry extends AsyncDisposable {
  readonly url: string
  /** Publishes one tarball. */
  publish(tarball: string): void
  /** Runs a command in a folder as a user with an empty home would; returns what it printed, throws if it fails. */
  run(folder: string, command: string, ...args: readonly string[]): string
}

/** Starts a registry with its own storage in a temporary folder. Others' packages come from the registry npm is set to. */
export async function startLocalRegistry(): Promise<LocalRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-registry-'))
  const home = join(folder, 'home')
  mkdirSync(home)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = {
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: npmSetting('registry'), maxage: '1h', timeout: '60s' } },
    packages: {
      '@fairlead/*': { access: '$all', publish: '$all' },
      fairlead: { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'error' },
  }
  writeFileSync(join(folder, 'config.yaml'), stringify(config))
  // npm publishes only with a token, though this registry looks at none.
  writeFileSync(
    join(home, '.npmrc'),
    `registry=${url}\n//127.0.0.1:${port}/:_authToken=nobody\nupdate-notifier=false\naudit=false\nfund=false\n`,
  )
  const script = join(workspace, 'node_modules', 'verdaccio', 'bin', 'verdaccio')
  const server = spawn(process.execPath, [script, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`], {
    cwd: folder,
    env: { ...userEnvironment(home), ...authority() },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await answering(url, server)
  const run: LocalRegistry['run'] = (cwd, command, ...args) => {
    const done = spawnSync(command, args, { cwd, env: userEnvironment(home), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    if (done.status !== 0)
      throw new Error(`${command} ${args.join(' ')} ended with ${done.status ?? done.signal}\n${done.stdout}${done.stderr}`)
    return done.stdout
  }
  return {
    url,
    run,
    publish: tarball => void run(folder, 'npm', 'publish', tarball),
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise(resolve => server.once('exit', resolve))
      if (server.exitCode === null && server.kill()) await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An empty home, this Node first on the path, and of all else only what the network needs. */
function userEnvironment(home: string): NodeJS.ProcessEnv {
  const network = /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir))$/i
  const kept = Object.entries(process.env).filter(([name]) => network.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter(entry => !entry.startsWith(workspace))
  return { ...Object.fromEntries(kept), HOME: home, PATH: [dirname(process.execPath), ...path].join(delimiter) }
}

function npmSetting(name: string): string {
  const done = spawnSync('npm', ['config', 'get', name], { cwd: workspace, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (done.status !== 0) throw new Error(`npm config get ${name} failed: ${done.stderr}`)
  return done.stdout.trim()
}

/** The authority that npm is told to trust, where it is told, is one for Node as well. */
function authority(): NodeJS.ProcessEnv {
  const file = npmSetting('cafile')
  return file === 'null' || file === '' || process.env.NODE_EXTRA_CA_CERTS !== undefined ? {} : { NODE_EXTRA_CA_CERTS: file }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** Waits until the server answers. Throws with what it printed if it ends instead. */
async function answering(url: string, server: ChildProcess): Promise<void> {
  let output = ''
  server.stdout?.on('data', chunk => (output += String(chunk)))
  server.stderr?.on('data', chunk => (output += String(chunk)))
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the registry ended with ${server.exitCode}\n${output}`)
    const answer = await fetch(new URL('-/ping', url)).catch(() => undefined)
    if (answer?.ok === true) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  server.kill()
  throw new Error(`the registry did not answer within a minute\n${output}`)
}
