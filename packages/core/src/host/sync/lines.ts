import { readSync } from 'node:fs'
import { FairleadError } from '../../contract/errors.ts'

const pieceBytes = 256 * 1024
/** No line of a plan comes near; a file that is none may be one line of gigabytes. */
const longestLine = 256 * 1024
const newline = 0x0a

/**
 * The lines of an open file from a position on, without their ends, in bounded memory. `input-invalid` for a line that is longer
 * than any of a plan, and for a last line without an end: the file was cut off.
 */
export function* linesOf(descriptor: number, start: number, file: string): Generator<string, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(pieceBytes + longestLine)
  let filled = 0
  let position = start
  for (;;) {
    const count = readSync(descriptor, buffer, filled, pieceBytes, position)
    if (count === 0) break
    position += count
    filled += count
    const usable = buffer.subarray(0, filled)
    let from = 0
    for (let end = usable.indexOf(newline); end >= 0; end = usable.indexOf(newline, from)) {
      yield usable.toString('utf8', from, end)
      from = end + 1
    }
    buffer.copyWithin(0, from, filled)
    filled -= from
    if (filled >= longestLine) throw broken(file, 'has a line that is too long for one of a plan')
  }
  if (filled > 0) throw broken(file, 'ends in the middle of a line')
}

function broken(file: string, what: string): FairleadError {
  return new FairleadError('input-invalid', `"${file}" ${what}.`, {
    path: file,
    hint: 'Nothing was done. Create the plan again with `fairlead sync SOURCE DEST --plan FILE`.',
  })
}
