import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program that is to serve on loopback. */
export interface Launch {
  /** What messages call it; its output is kept in the folder as `<name>.log`. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Beside PATH, and HOME and TMPDIR, which are the folder. Nothing else of this process is passed on. */
  readonly env?: Readonly<Record<string, string>>
  /** The working directory. */
  readonly folder: string
  /** The folder goes when the server ends, even where this process was killed. Default false: it is the caller's. */
  readonly removeFolder?: boolean
  /** Puts an empty disk of that many bytes at a folder, which only the server sees; {@link smallDiskUnavailable} says where it can't. */
  readonly disk?: { readonly folder: string; readonly bytes: number }
  /** Whether it serves by now. A URL serves when it gives any HTTP answer. */
  readonly serves: URL | (() => Promise<boolean>)
  /** How long it may take until it serves; default 30 seconds. */
  readonly timeoutMs?: number
}

/** A server in a process of its own. Disposing ends it and all that it started, and waits until they are gone. */
export interface ServerProcess extends AsyncDisposable {
  /** Also the group of all its processes: a signal to `-pid` reaches each. */
  readonly pid: number
  /** The last lines that it wrote, both streams together; default 20. */
  output(lines?: number): string
}

/**
 * Runs the server in a group of its own, and holds one end of a socket as its third descriptor. When the other end is closed,
 * which it is however this process ends, the group is asked to end, and killed half a second later. The traps keep the shells
 * out of what is for the group.
 */
const guard = `
remove=$1
shift
trap : TERM
"$@" &
server=$!
(
  trap : TERM
  cat <&3 >/dev/null
  kill -TERM 0
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $server 2>/dev/null && sleep 0.05; done
  [ -z "$remove" ] || rm -rf "$remove"
  kill -KILL 0
) &
while :; do
  wait $server
  code=$?
  kill -0 $server 2>/dev/null || exit $code
done
`

/** Mounts the disk in a namespace of the server's own: it goes when the last of its processes does. */
const onDisk = 'mount -t tmpfs -o "size=$1" tmpfs "$0" && shift && exec "$@"'

/** Why no server can be given a small disk here; undefined when one can. */
export function smallDiskUnavailable(): string | undefined {
  const { status } = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /tmp'], { stdio: 'ignore' })
  return status === 0 ? undefined : 'this system lets nobody mount a disk in a namespace of his own (unshare -rm)'
}

/** A temporary folder for the files of a server. */
export function serverFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `fairlead-${name}-`))
}

/** Starts a server and waits until it serves. Throws with its last lines where it ends before, or does not serve in time. */
export async function startServer(launch: Launch): Promise<ServerProcess> {
  const { name, env, folder, removeFolder = false, disk, serves, timeoutMs = 30_000 } = launch
  const command = [launch.command, ...launch.args]
  const words = disk === undefined ? command : ['unshare', '-rm', 'sh', '-c', onDisk, disk.folder, String(disk.bytes), ...command]
  const log = join(folder, `${name}.log`)
  const out = openSync(log, 'a')
  const child = spawn('sh', ['-c', guard, name, removeFolder ? folder : '', ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', out, out, 'pipe'],
    // A Ctrl-C at a terminal is for this process, which then ends the server.
    detached: true,
  })
  closeSync(out)
  const ended = new Promise<string>(resolve => {
    child.once('error', error => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`))
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${name} ${await ended}`)
  const lifeline = child.stdio[3]
  if (!(lifeline instanceof Socket)) throw new Error(`${name} has no line to this process`)
  // It ends when the last process of the group has closed it.
  const gone = new Promise(resolve => lifeline.once('close', resolve).once('error', resolve).resume())
  // A server that nobody disposed of must not keep this process.
  child.unref()
  lifeline.unref()
  const server: ServerProcess = {
    pid,
    output: (lines = 20) => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'),
    async [Symbol.asyncDispose]() {
      lifeline.ref().end()
      await gone
      if (removeFolder) rmSync(folder, { recursive: true, force: true })
    },
  }
  const problem = await Promise.race([ended, waitUntil(serves, timeoutMs)])
  if (problem === undefined) return server
  const output = server.output()
  await server[Symbol.asyncDispose]()
  throw new Error(`${name} ${problem}${output === '' ? ', without a word' : `:\n${output}`}`)
}

async function waitUntil(serves: Launch['serves'], timeoutMs: number): Promise<string | undefined> {
  const asks = serves instanceof URL ? async () => await answers(serves) : serves
  for (const end = performance.now() + timeoutMs; performance.now() < end; await sleep(20)) {
    if (await asks()) return undefined
  }
  return `did not serve within ${timeoutMs / 1000} s`
}

/** Whether an HTTP server gives any answer there. */
async function answers(url: URL): Promise<boolean> {
  return await new Promise(resolve => {
    const asked = request(url, { agent: false, timeout: 1000 }, response => {
      response.resume()
      resolve(true)
    })
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(false))
    asked.end()
  })
}
