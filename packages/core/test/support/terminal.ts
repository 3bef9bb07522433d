import { createTerminal, type Terminal } from '../../src/host/terminal/terminal.ts'

/** A terminal whose text is kept, and what a person would see of it. */
export interface RecordedTerminal extends Terminal {
  readonly written: string
  /** The screen's lines after all cursor movements. */
  readonly screen: readonly string[]
  readonly cursorShown: boolean
}

/** A terminal (or, with `tty: false`, a file) of so many columns that keeps what is written to it. */
export function recordedTerminal({
  tty = true,
  columns = 80,
  env = {},
}: { tty?: boolean; columns?: number; env?: Readonly<Record<string, string>> } = {}): RecordedTerminal {
  let written = ''
  const stream = { isTTY: tty, columns, write: (text: string) => (written += text) }
  const terminal = createTerminal({ env, stream })
  return {
    interactive: terminal.interactive,
    color: terminal.color,
    columns,
    print: text => terminal.print(text),
    live: () => terminal.live(),
    get written() {
      return written
    },
    get screen() {
      return render(written)
    },
    get cursorShown() {
      return written.lastIndexOf('\u001b[?25l') <= written.lastIndexOf('\u001b[?25h')
    },
  }
}

const tokens = new RegExp(String.raw`${'\u001b'}\[(\??[\d;]*[A-Za-z])|[\s\S]`, 'g')

/** The few things a VT100 does that the terminal asks for. */
function render(text: string): readonly string[] {
  const lines = ['']
  let row = 0
  for (const [token = '', sequence] of text.matchAll(tokens)) {
    if (sequence?.endsWith('A') === true) row -= Number(sequence.slice(0, -1))
    else if (sequence === 'J') lines.splice(row, lines.length, '')
    else if (token === '\n') lines[++row] ??= ''
    else if (sequence === undefined && token !== '\r') lines[row] = `${lines[row] ?? ''}${token}`
  }
  return lines
}
