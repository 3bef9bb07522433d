import { FairleadError } from '@fairlead/core'
import { writeOutputFile } from '@fairlead/core/host'

/** Writes a text that was proposed, whole or not at all; throws `already-exists` for a file that is there, unless it may be replaced. */
export function writeProposal(file: string, text: string, replace: boolean): void {
  try {
    writeOutputFile(file, text, replace ? 'any' : 'new')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code === 'EEXIST')
      throw new FairleadError('already-exists', `${file} already exists.`, { path: file, hint: 'Give --force to replace it.', cause })
    if (typeof code === 'string')
      throw new FairleadError('input-invalid', `${file} can't be written (${code}).`, { path: file, hint: 'Give another file.', cause })
    throw cause
  }
}
