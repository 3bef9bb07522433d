import { closeSync, openSync, writeSync } from 'node:fs'
import { FairleadError } from '@fairlead/core'

const bufferedCharacters = 65_536

/** A file of JSON lines, one for each file that a command dealt with: written as they come, so that memory stays small. */
export class ReportFile implements Disposable {
  private readonly handle: number
  private text = ''

  /** Makes the file, or empties it. Throws `input-invalid` where it can't. */
  constructor(file: string) {
    try {
      this.handle = openSync(file, 'w')
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
      throw new FairleadError('input-invalid', `the report ${file} can't be written${code}`, {
        path: file,
        cause,
        hint: 'Name another file.',
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
