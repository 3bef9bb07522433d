import type { ErrorCode, FairleadError } from '../../contract/errors.ts'
import type { ExportedFile, ExportFailure, ExportResult } from '../client.ts'

const shownFailures = 20

/** Counts what an export does and tells of each file; of failures it keeps the first ones only. */
export class ExportReport {
  private readonly onFile: ((file: ExportedFile) => void) | undefined
  private readonly failures: ExportFailure[] = []
  private assets = 0
  private files = 0
  private bytes = 0
  private sent = 0
  private skipped = 0
  private failed = 0

  constructor(onFile: ((file: ExportedFile) => void) | undefined) {
    this.onFile = onFile
  }

  /** An asset that is exported, or of a dry run would be. */
  asset(size: { readonly count: number; readonly bytes: number }): void {
    this.assets++
    this.files += size.count
    this.bytes += size.bytes
  }

  file(file: ExportedFile): void {
    if (file.kind === 'content') {
      if (file.outcome === 'sent' || file.outcome === 'planned') this.sent += file.bytes
      else if (file.outcome === 'kept') this.skipped++
    }
    this.onFile?.(file)
  }

  /** An asset, or a chunk, that could not be exported whole. */
  fail(asset: string, error: FairleadError): void {
    this.failed++
    const { code, message, hint } = error
    if (this.failures.length < shownFailures) this.failures.push({ asset, code, message, ...(hint !== undefined && { hint }) })
  }

  result(): ExportResult {
    const { assets, files, bytes, sent, skipped, failed, failures } = this
    return { assets, files, bytes, sent, skipped, failed, failures }
  }
}

/** What makes every further file fail too. */
const hopeless: readonly ErrorCode[] = ['unauthenticated', 'quota-exceeded', 'config-invalid', 'plugin-invalid']
/** What one file may fail for without the next one; so many in a row mean that the service is out of reach. */
const passing: readonly ErrorCode[] = ['network', 'timeout', 'unavailable', 'rate-limited']
const mostInARow = 8

/** Decides whether an export goes on after a failure. */
export class Patience {
  private readonly seen = new WeakSet<FairleadError>()
  private inARow = 0
  private last: FairleadError | undefined

  succeeded(): void {
    this.inARow = 0
  }

  /** Throws an error when nothing behind it can be hoped to succeed. The same failure may be told twice. */
  failed(error: FairleadError): void {
    if (hopeless.includes(error.code)) throw error
    if (!this.seen.has(error) && passing.includes(error.code) && ++this.inARow >= mostInARow) this.last = error
    this.seen.add(error)
    if (this.last !== undefined) throw this.last
  }
}
