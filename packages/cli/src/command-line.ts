/** A word as a POSIX shell reads it back. */
function quoteWord(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
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
