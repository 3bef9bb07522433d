import type { Spinner } from '../../contract/host.ts'
import { printable } from '../../contract/reference.ts'
import type { Terminal } from './terminal.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 80

/**
 * Starts a spinner. Where nothing may move, its text is printed once and its final text at the end. Hold it
 * with `using`, so that a throw stops it; a signal stops it too, and its timer keeps no process alive.
 */
export function startSpinner(terminal: Terminal, text: string): Spinner {
  const live = terminal.live()
  let current = text
  let frame = 0
  let running = true
  const draw = (): void => live.draw([`${frames[frame++ % frames.length] ?? ''} ${printable(current)}`])
  const timer = terminal.interactive ? setInterval(draw, frameMs).unref() : undefined
  if (terminal.interactive) draw()
  else terminal.print(printable(text))

  const stop = (finalText?: string): void => {
    if (!running) return
    running = false
    clearInterval(timer)
    live[Symbol.dispose]()
    if (finalText !== undefined) terminal.print(printable(finalText))
  }
  return {
    update(next) {
      if (!running) return
      current = next
      if (terminal.interactive) draw()
    },
    stop,
    [Symbol.dispose]: () => stop(),
  }
}
