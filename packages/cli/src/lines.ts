/**
 * Reads lines in the batches they arrive in and writes what `answer` makes of each batch, holding back when the reader of
 * the output is slow. A last line without its end counts; a carriage return before the end does not.
 */
export async function readLines(input: NodeJS.ReadableStream, answer: (lines: readonly string[]) => string): Promise<void> {
  let rest = ''
  const decoder = new TextDecoder()
  const flush = async (lines: readonly string[]): Promise<void> => {
    const text = answer(lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line)))
    if (text !== '' && !process.stdout.write(text)) await new Promise<void>(resolve => process.stdout.once('drain', resolve))
  }
  for await (const chunk of input) {
    const text = rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))
    const lines = text.split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) await flush(lines)
  }
  rest += decoder.decode()
  if (rest !== '') await flush([rest])
}
