/** Words as a shell reads them back. */
export function commandLine(words: readonly string[]): string {
  return words.map(word => (/^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}

const color = process.stdout.isTTY && !process.env['NO_COLOR']
const bold = (text: string): string => (color ? `\u001b[1m${text}\u001b[22m` : text)

/** How the demo talks: titles, sentences, and commands as they are typed. */
export const say = {
  title: (text: string): void => console.log(`\n${bold(`== ${text}`)}`),
  text: (text: string): void => console.log(text),
  /** A line for a shell as it stands. */
  line: (text: string): void => console.log(`\n${bold(`$ ${text}`)}`),
  command: (words: readonly string[]): void => say.line(commandLine(words)),
}
