// Spins at a terminal, then: gets a signal, throws, or ends without stopping the spinner.
import { createTerminal } from '../../src/host/terminal/terminal.ts'
import { startSpinner } from '../../src/host/terminal/spinner.ts'

const terminal = createTerminal()
if (!terminal.interactive) process.exit(3)
const [how] = process.argv.slice(2)
if (how === 'forget') startSpinner(terminal, 'forgotten')
else if (how === 'throw') {
  using spinner = startSpinner(terminal, 'throwing')
  spinner.update('about to throw')
  throw new Error('no')
} else {
  const spinner = startSpinner(terminal, 'waiting')
  process.kill(process.pid, 'SIGTERM')
  await new Promise(resolve => setTimeout(resolve, 10_000))
  spinner.stop()
}
