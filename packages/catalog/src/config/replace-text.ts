import { FairleadError } from '@fairlead/core'
import { writeOutputFile } from '@fairlead/core/host'

/**
 * Replaces a file that people write, as a whole and with the mode it had; where it is a link, what it points to. Throws
 * `permission-denied`.
 */
export function replaceText(file: string, text: string): void {
  try {
    writeOutputFile(file, text)
  } catch (cause) {
    throw new FairleadError('permission-denied', `${file} can't be written`, {
      path: file,
      hint: 'Check who owns the file and its folder, and their modes.',
      cause,
    })
  }
}
