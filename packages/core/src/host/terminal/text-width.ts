const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u
/** Unicode's East Asian wide and fullwidth blocks (UAX #11), and pictures. */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u

/** How many columns of a terminal a text takes: wide characters two, combining ones none. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment)
  return width
}

/** The text cut to so many columns, ending in `…` where it was cut. */
export function fitWidth(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  let result = ''
  let width = 0
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment)
    if (width > columns - 1) break
    result += segment
  }
  return columns > 0 ? `${result}…` : ''
}

/** The text filled with spaces to so many columns. */
export function padWidth(text: string, columns: number, side: 'start' | 'end' = 'end'): string {
  const fill = ' '.repeat(Math.max(0, columns - textWidth(text)))
  return side === 'start' ? fill + text : text + fill
}

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}
