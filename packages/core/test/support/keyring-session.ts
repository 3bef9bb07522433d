import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { temporaryFolder } from './temporary.ts'

/** A desktop session of its own with an unlocked Secret Service. */
export interface KeyringSession extends AsyncDisposable {
  /** What a process needs to reach it. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Why no Secret Service can be started here; undefined when it can. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function keyringMissing(): string | undefined {
  const absent = ['dbus-run-session', 'gnome-keyring-daemon'].filter(program => spawnSync(program, ['--version']).error !== undefined)
  if (absent.length === 0) return undefined
  const reason = `${absent.join(' and ')} not installed (apt-get install gnome-keyring dbus)`
  if (process.env.FAIRLEAD_REQUIRE_SERVERS === '1') throw new Error(reason)
  return reason
}

/** Starts a bus and a Secret Service whose keyring lies in a folder of the test. */
export async function startKeyring(): Promise<KeyringSession> {
  const home = temporaryFolder()
  const { DBUS_SESSION_BUS_ADDRESS: _bus, ...outer } = process.env
  const inner = { ...outer, HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home }
  // The daemon returns once it serves, and ends with its bus; the bus ends when the shell does.
  const script = 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; echo "$DBUS_SESSION_BUS_ADDRESS"; read _'
  const session = spawn('dbus-run-session', ['--', 'sh', '-c', script], { env: inner, stdio: ['pipe', 'pipe', 'ignore'] })
  const exit = once(session, 'exit')
  const lines = createInterface({ input: session.stdout })[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true) throw new Error('dbus-run-session ended at once')
  return {
    env: { ...inner, DBUS_SESSION_BUS_ADDRESS: first.value, FAIRLEAD_SECRETS: undefined },
    async [Symbol.asyncDispose]() {
      session.stdin.end()
      await exit
    },
  }
}
