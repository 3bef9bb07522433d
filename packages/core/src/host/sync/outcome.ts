import { FairleadError } from '../../contract/errors.ts'
import { Patience } from '../export/export-report.ts'
import type { PlanTotals } from './plan-format.ts'
import { emptyTotals } from './plan-format.ts'
import type { SyncedFile, SyncFailure } from './types.ts'

/** How many failures are told one by one. */
const failuresKept = 20

/** Counts what became of the items, and goes on where one fails. */
export interface Outcome {
  readonly done: Record<keyof PlanTotals, number>
  failed: number
  conflicts: number
  readonly failures: SyncFailure[]
  /**
   * Runs what is to be done with one item. What goes wrong is counted and told, and gives undefined; what goes well is the caller's to
   * tell. Throws what makes everything behind it fail too: rejected credentials, a full disk, a service out of reach.
   */
  attempt<T>(
    file: Omit<SyncedFile, 'outcome'>,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<{ readonly value: T } | undefined>
  /** Counts an item that is done, or that failed with an error. */
  tell(file: SyncedFile): void
}

/** `conflict` for what a condition refused, else `failed`. */
function outcomeOf(error: FairleadError): 'conflict' | 'failed' {
  return error.code === 'precondition-failed' ? 'conflict' : 'failed'
}

/** What an error says in results. */
export function errorOf({ code, message, hint }: FairleadError): NonNullable<SyncedFile['error']> {
  return { code, message, ...(hint !== undefined && { hint }) }
}

/** The outcome of one run. */
export function createOutcome(onFile: (file: SyncedFile) => void = () => undefined): Outcome {
  const done = emptyTotals()
  const patience = new Patience()
  const outcome: Outcome = {
    done,
    failed: 0,
    conflicts: 0,
    failures: [],
    async attempt(file, signal, work) {
      try {
        const value = await work()
        patience.succeeded()
        return { value }
      } catch (error) {
        signal?.throwIfAborted()
        if (!FairleadError.is(error)) throw error
        outcome.tell({ ...file, outcome: outcomeOf(error), error: errorOf(error) })
        patience.failed(error)
        return undefined
      }
    },
    tell(file) {
      if (file.outcome === 'conflict' || file.outcome === 'failed') {
        outcome.failed++
        if (file.outcome === 'conflict') outcome.conflicts++
        if (file.error !== undefined && outcome.failures.length < failuresKept)
          outcome.failures.push({ path: file.path, action: file.action, ...file.error })
      } else count(done, file)
      onFile(file)
    },
  }
  return outcome
}

function count(done: Record<keyof PlanTotals, number>, { action, reason, bytes }: SyncedFile): void {
  const name = action === 'delete' ? 'deleted' : action === 'move' ? 'moved' : reason === 'new' ? 'added' : 'changed'
  done[name]++
  done[`${name}Bytes`] += bytes
}
