import { printable } from '../../contract/reference.ts'
import type { TransferEvent } from '../client.ts'
import type { Terminal } from './terminal.ts'
import { fitWidth, padWidth } from './text-width.ts'
import { formatBytes, formatSeconds } from '../settings/units.ts'

/** Shows transfer events to a person. */
export interface Progress extends Disposable {
  /** Takes events as the verbs tell them: `onEvent: progress.onEvent`. */
  readonly onEvent: (event: TransferEvent) => void
}

/** Where and what progress shows. */
export interface ProgressOptions {
  /** False (`--no-progress`): only warnings are printed. */
  readonly enabled?: boolean
  /** Milliseconds from a fixed moment; by default the process's own. */
  readonly now?: () => number
}

interface Transfer {
  loaded: number
  readonly total: number | undefined
}

const redrawMs = 100
const lineEveryMs = 10_000
const rateWindowMs = 5000
const filesShown = 4
const barColumns = 20
/** From so many a second on, files have a rate worth showing. */
const manyFiles = 5

/**
 * Draws bars with rate, remaining time and totals at the bottom of a terminal. Elsewhere it prints one line per ten
 * seconds at most, and none for what is done sooner, so that a log stays readable. Bytes of an earlier process count as
 * loaded, not as rate.
 */
export function createProgress(terminal: Terminal, { enabled = true, now = () => performance.now() }: ProgressOptions = {}): Progress {
  const live = terminal.live()
  const active = new Map<string, Transfer>()
  const warned = new Set<string>()
  const samples: { readonly at: number; readonly moved: number; readonly done: number }[] = []
  let plan: { readonly files: number; readonly bytes: number } | undefined
  let [done, finished, known, moved] = [0, 0, 0, 0]
  let note = ''
  let lastLine = now()
  let timer: NodeJS.Timeout | undefined

  /** Bytes and files a second of the last seconds. */
  const rates = (at: number): { readonly bytes: number; readonly files: number } => {
    while (samples.length > 1 && at - (samples[0]?.at ?? at) > rateWindowMs) samples.shift()
    const first = samples[0]
    if (first === undefined || at <= first.at) return { bytes: 0, files: 0 }
    const seconds = (at - first.at) / 1000
    return { bytes: (moved - first.moved) / seconds, files: (done - first.done) / seconds }
  }

  const summary = (): string => {
    const perSecond = rates(now())
    const loaded = finished + [...active.values()].reduce((sum, transfer) => sum + transfer.loaded, 0)
    const total = plan?.bytes ?? (known > 0 ? known : undefined)
    const files = plan === undefined ? `${done} files` : `${done}/${plan.files} files`
    const parts = [files, total === undefined ? formatBytes(loaded) : `${formatBytes(loaded)}/${formatBytes(total)}`]
    if (total !== undefined && total > 0) parts.push(percent(loaded, total))
    if (perSecond.bytes > 0) parts.push(`${formatBytes(Math.round(perSecond.bytes))}/s`)
    if (perSecond.files >= manyFiles) parts.push(`${Math.round(perSecond.files)} files/s`)
    // Of many small files their number tells how long it takes, of big ones their bytes: whatever takes longer is right.
    const byBytes = perSecond.bytes > 0 && total !== undefined ? (total - loaded) / perSecond.bytes : 0
    const byFiles = perSecond.files >= manyFiles && plan !== undefined ? (plan.files - done) / perSecond.files : 0
    if (byBytes > 0 || byFiles > 0) parts.push(`${formatSeconds(Math.max(byBytes, byFiles))} left`)
    return parts.join('  ') + (note === '' ? '' : `  ${note}`)
  }

  const draw = (): void => {
    const shown = [...active].slice(0, filesShown).map(([path, transfer]) => fileLine(path, transfer, terminal.columns))
    live.draw([...shown, ...(active.size > filesShown ? [`and ${active.size - filesShown} more`] : []), summary()])
  }

  const show = (): void => {
    if (!enabled) return
    const at = now()
    if (samples.length === 0 || at - (samples.at(-1)?.at ?? at) >= redrawMs) samples.push({ at, moved, done })
    if (terminal.interactive) timer ??= setInterval(draw, redrawMs).unref()
    else if (at - lastLine >= lineEveryMs) {
      lastLine = at
      terminal.print(summary())
    }
  }

  const finish = (path: string, loaded: number): void => {
    active.delete(path)
    done++
    finished += loaded
  }

  return {
    onEvent(event) {
      switch (event.type) {
        case 'plan':
          plan = { files: event.files, bytes: event.bytes }
          break
        case 'transfer-start':
          active.set(event.path, { loaded: 0, total: event.total })
          known += event.total ?? 0
          break
        case 'transfer-resume':
        case 'transfer-delta': {
          const transfer = active.get(event.path)
          if (transfer !== undefined) transfer.loaded = event.loaded
          if (event.type === 'transfer-delta') moved += event.bytes
          note = ''
          break
        }
        case 'transfer-end':
          finish(event.path, event.loaded)
          break
        case 'retry':
          note = `waiting ${formatSeconds(event.delayMs / 1000)} after ${event.code}`
          break
        case 'warning':
          // The same warning for each of a thousand files is one warning.
          if (!warned.has(event.message)) terminal.print(`warning: ${printable(event.message, 1000)}`)
          warned.add(event.message)
          break
      }
      show()
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      live[Symbol.dispose]()
    },
  }
}

function fileLine(path: string, { loaded, total }: Transfer, columns: number): string {
  const figures = total === undefined ? formatBytes(loaded) : `${bar(loaded, total)} ${percent(loaded, total)}`
  const room = Math.max(10, columns - figures.length - 3)
  return `${padWidth(fitWidth(printable(path, 1000), room), room)} ${figures}`
}

function bar(loaded: number, total: number): string {
  const filled = total === 0 ? barColumns : Math.min(barColumns, Math.floor((loaded / total) * barColumns))
  return `[${'='.repeat(filled)}${' '.repeat(barColumns - filled)}]`
}

function percent(loaded: number, total: number): string {
  return `${String(total === 0 ? 100 : Math.min(100, Math.floor((loaded / total) * 100))).padStart(3)}%`
}
