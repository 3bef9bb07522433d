import { createInterface } from 'node:readline'
import { usageError } from './exit.ts'

/**
 * Asks before something is destroyed. Only `y` and `yes` are yes. Without a terminal there is nobody to ask: `input-invalid`
 * that names --yes.
 */
export async function confirm(
  question: string,
  { yes, signal }: { readonly yes: boolean; readonly signal?: AbortSignal },
): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY) throw usageError(`${question} There is no terminal to ask at.`, 'Add --yes to do it without asking.')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      lines.once('close', () => resolve(''))
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      lines.question(`${question} [y/N] `, resolve)
    })
    return ['y', 'yes'].includes(answer.trim().toLowerCase())
  } finally {
    lines.close()
  }
}
