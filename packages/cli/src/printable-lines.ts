import { printable } from '@fairlead/core'

/** A message that may quote names from outside, fit for a terminal: its own line breaks stay, all else that moves a cursor is escaped. */
export function printableLines(message: string): string {
  return message
    .split('\n')
    .map(line => printable(line, 2000))
    .join('\n')
}
