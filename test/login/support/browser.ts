import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findProgram, programVariable } from '@fairlead/testkit/servers'

const names = ['chromium', 'chromium-browser', 'google-chrome']

const found = (): string | undefined => names.map(name => findProgram(name)).find(path => path !== undefined)

/** Why no browser can be started here, or undefined. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants everything. */
export function browserUnavailable(): string | undefined {
  if (found() !== undefined) return undefined
  const reason = `no Chromium found; install the package chromium of your system, or set ${programVariable('chromium')} to where it is`
  if (process.env.FAIRLEAD_REQUIRE_SERVERS === '1') throw new Error(reason)
  return reason
}

/** One page of a headless Chromium with a profile of its own. */
export interface Browser extends AsyncDisposable {
  /** Opens an address and waits until what it leads to is loaded. */
  open(url: URL | string): Promise<void>
  /** Fills in fields, presses what matches the selector, and waits until the next page is loaded. */
  submit(selector: string, fields?: Readonly<Record<string, string>>): Promise<void>
  /** The value of an expression in the page. */
  read(expression: string): Promise<unknown>
}

/** The sandbox of Chromium works neither for root nor in most containers. */
const switches = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-proxy-server',
  '--remote-debugging-port=0',
]

/** Starts a browser and drives it by its own protocol (Chrome DevTools Protocol). */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'fairlead-chromium-'))
  const child = spawn(found() ?? 'chromium', [...switches, `--user-data-dir=${profile}`, 'about:blank'], {
    env: { PATH: process.env.PATH, HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  const port = await listeningPort(child.stderr)
  const listed = await (await fetch(`http://127.0.0.1:${port}/json/list`)).text()
  const targets: ReadonlyArray<{ readonly type: string; readonly webSocketDebuggerUrl: string }> = JSON.parse(listed)
  const target = targets.find(({ type }) => type === 'page')
  if (target === undefined) throw new Error('the browser has no page')
  const page = await connectTo(target.webSocketDebuggerUrl)
  await page.send('Page.enable')
  const read: Browser['read'] = async expression => {
    const { result } = await page.send('Runtime.evaluate', { expression, returnByValue: true })
    return typeof result === 'object' && result !== null && 'value' in result ? result.value : undefined
  }
  return {
    read,
    async open(url) {
      const loaded = page.next('Page.loadEventFired')
      await page.send('Page.navigate', { url: String(url) })
      await loaded
    },
    async submit(selector, fields = {}) {
      for (const [name, value] of Object.entries(fields))
        await read(`document.querySelector(${JSON.stringify(`[name="${name}"]`)}).value = ${JSON.stringify(value)}`)
      const loaded = page.next('Page.loadEventFired')
      await read(`document.querySelector(${JSON.stringify(selector)}).click()`)
      await loaded
    },
    async [Symbol.asyncDispose]() {
      page.close()
      child.kill('SIGKILL')
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

interface Page {
  send(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>
  /** The next event of that name. */
  next(event: string): Promise<void>
  close(): void
}

async function connectTo(url: string): Promise<Page> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>()
  const events = new Map<string, PromiseWithResolvers<void>>()
  let id = 0
  socket.addEventListener('message', ({ data }) => {
    const message: {
      readonly id?: number
      readonly method?: string
      readonly result?: Readonly<Record<string, unknown>>
      readonly error?: { readonly message: string }
    } = JSON.parse(String(data))
    if (message.method !== undefined) {
      events.get(message.method)?.resolve()
      events.delete(message.method)
    }
    const asked = message.id === undefined ? undefined : waiting.get(message.id)
    if (message.error === undefined) asked?.resolve(message.result ?? {})
    else asked?.reject(new Error(message.error.message))
  })
  return {
    async send(method, params = {}) {
      const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>()
      waiting.set(++id, answer)
      socket.send(JSON.stringify({ id, method, params }))
      return answer.promise
    },
    next(event) {
      const seen = events.get(event) ?? Promise.withResolvers<void>()
      events.set(event, seen)
      return seen.promise
    },
    close: () => socket.close(),
  }
}

/** The port that the browser says it listens on; what else it says is shown when it ends without. */
async function listeningPort(stream: NodeJS.ReadableStream): Promise<number> {
  const said: string[] = []
  for await (const line of createInterface({ input: stream })) {
    const port = /^DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(line)?.[1]
    if (port !== undefined) {
      // What it says later is nobody's concern, but must not fill the pipe.
      stream.resume()
      return Number(port)
    }
    said.push(line)
  }
  throw new Error(`the browser did not start: ${said.join('\n')}`)
}
