import { createInterface } from 'node:readline'
import { FairleadError } from '../../contract/errors.ts'
import type { Host } from '../../contract/host.ts'
import { printable } from '../../contract/reference.ts'
import type { Terminal } from './terminal.ts'

/** Where the answer is typed: standard input, or anything like it. */
export type PromptInput = NodeJS.ReadableStream & { readonly isTTY?: boolean }

/**
 * Asks a person for the code of a login page: prints the address on the terminal, returns the trimmed line. Without a
 * terminal, or when the input ends without an answer, it is `unauthenticated`.
 */
export async function askForCode(
  request: Parameters<Host['authorize']>[0],
  place: { readonly connection: string; readonly terminal: Terminal; readonly input?: PromptInput },
): Promise<string> {
  const { connection, terminal, input = process.stdin } = place
  const refuse = (what: string): FairleadError =>
    new FairleadError('unauthenticated', `connection "${connection}" needs a login, ${what}`, {
      connection,
      hint: `Run \`fairlead client check ${connection}\` at a terminal.`,
    })
  if (input.isTTY !== true) throw refuse('and there is no terminal to ask at')
  terminal.print(
    `${printable(request.message ?? 'Open this address and log in:')}\n  ${printable(request.url.href, 4000)}\n${printable(request.question)}`,
  )
  // Without line editing of its own: the terminal's driver then also turns Ctrl-C into the usual signal.
  const lines = createInterface({ input, terminal: false })
  try {
    for await (const line of lines) {
      if (line.trim() !== '') return line.trim()
    }
  } finally {
    lines.close()
  }
  throw refuse('and no code was entered')
}
