import { createInterface } from 'node:readline'
import { usageError } from './exit.ts'

/**
 * Asks before something is destroyed. Only `y` and `yes` are yes. Without a terminal there is nobody to ask: `input-invalid`
 * that names --yes.
 */
export async function confirm(question: string, options: { readonly yes: boolean; readonly signal?: AbortSignal }): Promise<boolean> {
  return options.yes || ['y', 'yes'].includes((await ask(question, '[y/N] ', options.signal)).toLowerCase())
}

/**
 * Asks before the only copy of something is destroyed: only this word, typed out, is a yes. Without a terminal as
 * {@link confirm}.
 */
export async function confirmByWord(
  question: string,
  word: string,
  options: { readonly yes: boolean; readonly signal?: AbortSignal },
): Promise<boolean> {
  return options.yes || (await ask(question, `Type "${word}" to confirm: `, options.signal)) === word
}

async function ask(question: string, hint: string, signal: AbortSignal | undefined): Promise<string> {
  if (!process.stdin.isTTY) throw usageError(`${question} There is no terminal to confirm at.`, 'Add --yes to skip the confirmation.')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      lines.once('close', () => resolve(''))
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      lines.question(`${question} ${hint}`, resolve)
    })
    return answer.trim()
  } finally {
    lines.close()
  }
}
