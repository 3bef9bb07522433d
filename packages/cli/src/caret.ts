import { printable } from '@fairlead/core'
import { textWidth } from '@fairlead/core/host'
import { styled } from './style.ts'

/**
 * A name, and below it a caret under the exact place with what is wrong there. Control characters show as escapes, and
 * the caret moves along with them.
 */
export function caretLines(name: string, position: number, message: string, indent = ''): readonly string[] {
  const before = printable(name.slice(0, position), Infinity)
  return [`${indent}${printable(name, Infinity)}`, `${indent}${' '.repeat(textWidth(before))}${styled('red', '^')} ${message}`]
}
