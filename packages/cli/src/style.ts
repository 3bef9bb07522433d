import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colour is for people at a terminal who have not asked for none (https://no-color.org). */
function hasColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb'
}

/** Styles text for standard output. */
export function styled(format: Format, text: string): string {
  return hasColor(process.stdout) ? styleText(format, text, { validateStream: false }) : text
}

/** Styles text for standard error. */
export function styledError(format: Format, text: string): string {
  return hasColor(process.stderr) ? styleText(format, text, { validateStream: false }) : text
}
