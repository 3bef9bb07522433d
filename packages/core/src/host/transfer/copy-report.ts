import type { FairleadError } from '../../contract/errors.ts'
import type { CallOptions } from '../client.ts'
import type { CopiedFile, CopyFailure, CopyFilesResult } from './copy-types.ts'
import type { Lost } from './fit-attributes.ts'
import type { PlaceProblem } from './place.ts'

const shownFailures = 20
const shownKeys = 3
/** So many refusals and not one success: the next file will be refused too. */
const mostDenied = 100

/** Counts what a copy does, tells of each file, and sums up at its end what is worth a warning. */
export class CopyReport {
  private readonly onFile: ((file: CopiedFile) => void) | undefined
  private readonly failures: CopyFailure[] = []
  private readonly lostByKind = new Map<Lost, number>()
  private readonly leftOutByReason = new Map<PlaceProblem['reason'], number>()
  private files = 0
  private bytes = 0
  private sent = 0
  private sentBytes = 0
  private inService = 0
  private kept = 0
  private leftOut = 0
  private lost = 0
  private failed = 0
  private denied = 0

  constructor(onFile: ((file: CopiedFile) => void) | undefined) {
    this.onFile = onFile
  }

  file(file: CopiedFile): void {
    this.files++
    this.bytes += file.bytes
    if (file.outcome === 'kept') this.kept++
    else {
      this.sent++
      this.sentBytes += file.bytes
      if (file.inService === true) this.inService++
    }
    if (file.lost !== undefined && file.lost.length > 0) {
      this.lost++
      for (const lost of file.lost) this.lostByKind.set(lost, (this.lostByKind.get(lost) ?? 0) + 1)
    }
    this.onFile?.(file)
  }

  fail(
    source: string,
    destination: string,
    bytes: number,
    { code, message, hint }: Pick<FairleadError, 'code' | 'message' | 'hint'>,
  ): void {
    this.files++
    this.failed++
    if (code === 'permission-denied') this.denied++
    this.bytes += bytes
    if (this.failures.length < shownFailures)
      this.failures.push({ source, destination, code, message, ...(hint !== undefined && { hint }) })
    this.onFile?.({ source, destination, outcome: 'failed', bytes, code, message })
  }

  /** Whether nothing but refusals has come so far, and many of them. */
  get isHopeless(): boolean {
    return this.denied >= mostDenied && this.denied === this.files
  }

  /** A link or a special file. */
  leave({ reason }: PlaceProblem): void {
    this.leftOut++
    this.leftOutByReason.set(reason, (this.leftOutByReason.get(reason) ?? 0) + 1)
  }

  /** One warning for each kind of thing, however many files have it. */
  warn(onEvent: CallOptions['onEvent'], target: string): void {
    if (onEvent === undefined) return
    for (const [reason, count] of this.leftOutByReason) {
      const what = reason === 'symbolic-link' ? counted(count, 'symbolic link') : counted(count, 'special file')
      onEvent({ type: 'warning', message: `${what} left out: only regular files are copied.` })
    }
    const times = this.lostByKind.get('modified')
    if (times !== undefined)
      onEvent({ type: 'warning', message: `${target} does not keep modification times: ${counted(times, 'file')} lost theirs.` })
    const keys = [...this.lostByKind].filter(([lost]) => lost !== 'modified')
    if (keys.length === 0) return
    const shown = keys.slice(0, shownKeys).map(([lost, count]) => `${lost.slice('metadata.'.length)} (${counted(count, 'file')})`)
    const more = keys.length > shownKeys ? `, and ${keys.length - shownKeys} more` : ''
    onEvent({ type: 'warning', message: `${target} can't keep some metadata: ${shown.join(', ')}${more}.` })
  }

  result(): CopyFilesResult {
    const { files, bytes, sent, sentBytes, inService, kept, leftOut, lost, failed, failures } = this
    return { files, bytes, sent, sentBytes, inService, kept, leftOut, lost, failed, failures }
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
