// Logs, prints a table and spins, and writes one line of its own to standard output.
import { createLog } from '../../src/host/terminal/log.ts'
import { startSpinner } from '../../src/host/terminal/spinner.ts'
import { createTerminal } from '../../src/host/terminal/terminal.ts'

const log = createLog({ env: { FAIRLEAD_LOG_LEVEL: 'trace' } })
for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) log[level]('logged')
startSpinner(createTerminal(), 'spinning').stop('spun')
process.stdout.write('only this\n')
