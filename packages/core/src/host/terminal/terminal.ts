import { environmentValue, type Environment } from '../application/environment.ts'
import { fitWidth } from './text-width.ts'

/** Where a terminal's text goes: standard error, or anything like it. */
export interface TerminalStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Lines at the bottom of a terminal that are drawn over and over. Disposing takes them away. */
export interface LiveRegion extends Disposable {
  draw(lines: readonly string[]): void
}

/** Standard error as people and logs see it. Printed lines and moving ones never mix. */
export interface Terminal {
  /** Something may move: it is a terminal that can go back over its lines. */
  readonly interactive: boolean
  /** Colour is wanted: a terminal, and no NO_COLOR (https://no-color.org). */
  readonly color: boolean
  readonly columns: number
  /** Whole lines, above whatever moves. */
  print(text: string): void
  /** Throws nothing and shows nothing where nothing may move. */
  live(): LiveRegion
}

const escape = '\u001b['
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The terminal over a stream. While lines move, the cursor is hidden; it comes back when they stop, at exit and on a signal. */
export function createTerminal({
  env = process.env,
  stream = process.stderr,
}: { readonly env?: Environment; readonly stream?: TerminalStream } = {}): Terminal {
  const capable = stream.isTTY === true && environmentValue(env, 'TERM') !== 'dumb'
  const regions = new Map<symbol, readonly string[]>()
  let painted = 0
  let guard: Disposable | undefined

  const columns = (): number => stream.columns ?? 80
  const erased = (): string => (painted === 0 ? '' : `\r${painted > 1 ? `${escape}${painted - 1}A` : ''}${escape}J`)
  const paint = (above = ''): void => {
    const lines = [...regions.values()].flat().map(line => fitWidth(line, columns() - 1))
    stream.write(erased() + above + lines.join('\n'))
    painted = lines.length
  }
  const restore = (): void => {
    stream.write(`${erased()}${escape}?25h`)
    painted = 0
    regions.clear()
    guard?.[Symbol.dispose]()
    guard = undefined
  }

  return {
    interactive: capable,
    color: capable && environmentValue(env, 'NO_COLOR') === undefined,
    get columns() {
      return columns()
    },
    print(text) {
      const lines = text.endsWith('\n') ? text : `${text}\n`
      if (painted === 0) stream.write(lines)
      else paint(lines)
    },
    live() {
      const key = Symbol('live')
      return {
        draw(lines) {
          if (!capable) return
          if (guard === undefined) {
            guard = onEnd(restore)
            stream.write(`${escape}?25l`)
          }
          regions.set(key, lines)
          paint()
        },
        [Symbol.dispose]() {
          if (!regions.delete(key)) return
          if (regions.size === 0) restore()
          else paint()
        },
      }
    },
  }
}

/**
 * Runs `restore` when the process exits or a signal would end it. A signal that nobody else listens to is sent again, so
 * that the process ends as if we had never listened.
 */
function onEnd(restore: () => void): Disposable {
  const onSignal = (signal: NodeJS.Signals): void => {
    restore()
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
  }
  process.once('exit', restore)
  for (const signal of signals) process.on(signal, onSignal)
  return {
    [Symbol.dispose]() {
      process.off('exit', restore)
      for (const signal of signals) process.off(signal, onSignal)
    },
  }
}
