import { spawn } from 'node:child_process'

/** What opens a file or an address with the program that is meant for it; no shell is involved. */
function opener(target: string): readonly [command: string, ...words: string[]] {
  if (process.platform === 'darwin') return ['open', target]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', target]
  return ['xdg-open', target]
}

/** Opens a file or an address in the default browser. False where there is no program for that. */
export async function openInBrowser(target: string): Promise<boolean> {
  const [command, ...words] = opener(target)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn(command, words, { stdio: 'ignore', detached: true })
  child.once('error', () => resolve(false)).once('spawn', () => resolve(true))
  child.unref()
  return promise
}

/** Whether a browser can show itself to whoever sits here: on Linux there has to be a display. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME].some(value => value !== undefined && value !== '')
}
