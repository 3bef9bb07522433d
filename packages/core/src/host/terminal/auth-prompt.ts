import { createInterface } from 'node:readline'
import { FairleadError } from '../../contract/errors.ts'
import type { Host } from '../../contract/host.ts'
import { printable } from '../../contract/reference.ts'
import type { Terminal } from './terminal.ts'

/** Where the answer is typed: standard input, or anything like it. */
export type PromptInput = NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown }

/**
 * Asks a person for the code of a login page, or hidden for a password: prints the address on the terminal, returns the line.
 * Without a terminal, or when the input ends without an answer, it is `unauthenticated`.
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
  if (input.isTTY !== true) throw refuse('and there is no terminal to prompt at')
  terminal.print(
    `${printable(request.message ?? 'Open this address and log in:')}\n  ${printable(request.url.href, 4000)}\n${printable(request.question)}`,
  )
  if (request.hidden === true && input.setRawMode !== undefined) {
    const answer = await readHidden(input, input.setRawMode.bind(input))
    terminal.print('')
    if (answer === '') throw refuse('and nothing was entered')
    return answer
  }
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

/** Reads a line of which the terminal shows nothing. Ctrl-C is the usual signal, Ctrl-D or the end of input an empty answer. */
async function readHidden(input: PromptInput, setRawMode: (raw: boolean) => unknown): Promise<string> {
  setRawMode(true)
  let line = ''
  let stop = (): void => undefined
  try {
    return await new Promise<string>(resolve => {
      const onData = (chunk: Buffer | string): void => {
        for (const character of chunk.toString('utf8')) {
          if (character === '\r' || character === '\n') return resolve(line)
          if (character === '\u0004') return resolve('')
          if (character === '\u0003') {
            resolve('')
            process.kill(process.pid, 'SIGINT')
            return
          }
          if (character === '\u007f' || character === '\b') line = [...line].slice(0, -1).join('')
          else if (character >= ' ') line += character
        }
      }
      const onEnd = (): void => resolve('')
      stop = () => {
        input.off('data', onData)
        input.off('end', onEnd)
      }
      input.on('data', onData)
      input.on('end', onEnd)
    })
  } finally {
    stop()
    setRawMode(false)
    input.pause()
  }
}
