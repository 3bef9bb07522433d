/** A word as a shell reads it back; with control characters in it as bash and zsh do ($'…'). */
function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_./:@%+=,~-]+$/.test(word)) return word
  // Control characters and what turns the direction of text must not reach a terminal as they are.
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(word)) {
    const escaped = word.replaceAll(/[\\']/g, '\\$&').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapedBytes)
    return `$'${escaped}'`
  }
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function escapedBytes(character: string): string {
  return [...Buffer.from(character)].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Words as one command line. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoteWord).join(' ')
}

/** The words before `--`, where flags are flags. */
export function beforeDashes(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}
