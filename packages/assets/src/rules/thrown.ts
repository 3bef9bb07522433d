import { FairleadError } from '@fairlead/core'

const maxLength = 500

/** Text of somebody else's on one line and of bearable length, without a full stop, fit for the middle of a message. */
export function inMessage(text: string): string {
  const line = text
    .slice(0, maxLength * 2)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return (line.length > maxLength ? `${line.slice(0, maxLength)}…` : line).replace(/\.$/, '')
}

/** Whatever was thrown, in words. Never throws, whatever it is: a text that can't be told is said to be so. */
export function thrownText(thrown: unknown): string {
  try {
    if (FairleadError.is(thrown)) return inMessage(thrown.message)
    if (thrown instanceof Error) return inMessage(`${thrown.name}: ${thrown.message}`)
    return inMessage(typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown))
  } catch {
    return 'something that has no text'
  }
}
