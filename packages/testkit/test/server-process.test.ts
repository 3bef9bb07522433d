import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freePort, serverFolder, startServer, type Launch } from '../src/index.ts'

/** A server of Node that starts a second process, as servers with workers do. */
const source = `
const { createServer } = require('node:http')
require('node:child_process').spawn('sleep', ['600'])
createServer((request, response) => response.end('here')).listen(Number(process.argv[1]), '127.0.0.1', () => console.log('listening'))
`

async function launch(changes: Partial<Launch> = {}): Promise<Launch & { readonly url: URL }> {
  const folder = serverFolder('process-test')
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}`)
  return {
    name: 'here',
    command: process.execPath,
    args: ['-e', source, String(port)],
    folder,
    removeFolder: true,
    serves: url,
    url,
    ...changes,
  }
}

/** Whether any process of a group still runs; what ended and is only not yet collected does not. */
const groupRuns = (group: number): boolean =>
  execFileSync('ps', ['-eo', 'pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .some(([pgid, stat = 'Z']) => pgid === String(group) && !stat.startsWith('Z'))

test('serves once it is started, and nothing is left of it when it is disposed of', async () => {
  const how = await launch()
  const server = await startServer(how)
  expect(await (await fetch(how.url)).text()).toBe('here')
  expect(server.output()).toBe('listening')
  await server[Symbol.asyncDispose]()
  expect(groupRuns(server.pid)).toBe(false)
  expect(existsSync(how.folder)).toBe(false)
})

test('may be disposed of twice', async () => {
  const server = await startServer(await launch())
  await server[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

test('ends with a parent that is killed, its workers and its folder too', async () => {
  const folder = serverFolder('process-test')
  const port = await freePort()
  const how = { name: 'here', command: process.execPath, args: ['-e', source, String(port)], folder, removeFolder: true }
  const module = new URL('../src/servers/process.ts', import.meta.url).href
  const script = join(serverFolder('parent'), 'parent.ts')
  writeFileSync(
    script,
    `const { startServer } = await import(${JSON.stringify(module)})
    const server = await startServer({ ...${JSON.stringify(how)}, serves: new URL('http://127.0.0.1:${port}') })
    console.log(server.pid)
    setInterval(() => {}, 1000)`,
  )
  const parent = spawn(process.execPath, ['--conditions=@fairlead/source', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line]: unknown[] = await once(parent.stdout, 'data')
  const pid = Number(String(line))
  expect(groupRuns(pid)).toBe(true)
  parent.kill('SIGKILL')
  while (groupRuns(pid)) await sleep(20)
  expect(existsSync(folder)).toBe(false)
})

test('tells the last lines of a server that ends before it serves', async () => {
  const how = await launch({ command: 'sh', args: ['-c', 'echo first; echo "no room" >&2; exit 3'] })
  await expect(startServer(how)).rejects.toThrow('here ended with 3:\nfirst\nno room')
  expect(existsSync(how.folder)).toBe(false)
})

test('tells of a server that does not serve in time', async () => {
  await expect(startServer(await launch({ command: 'sleep', args: ['600'], timeoutMs: 100 }))).rejects.toThrow(
    'here did not serve within 0.1 s, without a word',
  )
})

test('tells of a program that is not there', async () => {
  await expect(startServer(await launch({ command: 'no-such-server', args: [] }))).rejects.toThrow('here ended with 127:')
})

test('passes on no environment but what it is told', async () => {
  const how = await launch({ command: 'sh', args: ['-c', 'echo "$HOME $SAID $USER$FAIRLEAD_HOME"; exit 1'], env: { SAID: 'so' } })
  await expect(startServer(how)).rejects.toThrow(`${how.folder} so `.trimEnd())
})
