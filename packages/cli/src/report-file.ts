import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'

const bufferedCharacters = 65_536

/** A file of JSON lines, one for each file that a command dealt with: written as they come, so that memory stays small. */
export class ReportFile implements Disposable {
  private readonly handle: number
  private text = ''

  /** Makes the file, or empties an earlier report. `already-exists` for a file that is none; `input-invalid` where it can't be written. */
  constructor(file: string) {
    try {
      refuseOther(file)
      this.handle = openSync(file, 'w')
    } catch (cause) {
      if (FairleadError.is(cause)) throw cause
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
      throw new FairleadError('input-invalid', `the report ${file} can't be written${code}`, {
        path: file,
        cause,
        hint: 'Choose another file.',
      })
    }
  }

  add(line: Readonly<object>): void {
    this.text += `${JSON.stringify(line)}\n`
    if (this.text.length >= bufferedCharacters) this.flush()
  }

  [Symbol.dispose](): void {
    try {
      this.flush()
    } finally {
      closeSync(this.handle)
    }
  }

  private flush(): void {
    const bytes = Buffer.from(this.text)
    this.text = ''
    for (let offset = 0; offset < bytes.length;) offset += writeSync(this.handle, bytes, offset)
  }
}

/** More than the start of a line that tells what became of a file. */
const headBytes = 65_536

/** What is about to be brought over, or anything else of somebody's, must not be lost to a report. */
function refuseOther(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats?.isFile() !== true || stats.size === 0 || isReport(file)) return
  throw new FairleadError('already-exists', `"${file}" already exists and is not a report.`, { path: file, hint: 'Choose another file.' })
}

function isReport(file: string): boolean {
  const handle = openSync(file, 'r')
  try {
    const head = Buffer.alloc(headBytes)
    const [line = ''] = head.toString('utf8', 0, readSync(handle, head, 0, headBytes, 0)).split('\n', 1)
    const told: unknown = JSON.parse(line)
    return typeof told === 'object' && told !== null && 'outcome' in told && 'bytes' in told
  } catch (cause) {
    if (cause instanceof SyntaxError) return false
    throw cause
  } finally {
    closeSync(handle)
  }
}
