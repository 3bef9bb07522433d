import { spawn } from 'node:child_process'

/** What opens a file with the program that is meant for it; no shell is involved. */
function opener(file: string): readonly [command: string, ...words: string[]] {
  if (process.platform === 'darwin') return ['open', file]
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', file]
  return ['xdg-open', file]
}

/** Opens a file in the default browser. False where there is no program for that. */
export async function openFile(file: string): Promise<boolean> {
  const [command, ...words] = opener(file)
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn(command, words, { stdio: 'ignore', detached: true })
  child.once('error', () => resolve(false)).once('spawn', () => resolve(true))
  child.unref()
  return promise
}
