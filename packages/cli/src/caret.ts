import { printable } from '@fairlead/core'
import { styled } from './style.ts'

/**
 * A name, and below it a caret under the exact place with what is wrong there. Control characters show as escapes, and
 * the caret moves along with them.
 */
export function caretLines(name: string, position: number, message: string, indent = ''): readonly string[] {
  const before = printable(name.slice(0, position), Infinity)
  return [`${indent}${printable(name, Infinity)}`, `${indent}${' '.repeat(columns(before))}${styled('red', '^')} ${message}`]
}

/** Columns of a terminal: combining marks take none, wide characters two. */
function columns(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    width += /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
      segment,
    )
      ? 2
      : 1
  }
  return width
}
