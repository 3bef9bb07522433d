import { once } from 'node:events'
import { servers, type StartedServer } from './started.ts'

/** A word as a shell reads it back. */
const quoted = (word: string): string => (/^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The commands that add a connection; the secret goes in by a pipe, so that no list of processes shows it. */
function commands({ client, settings, secret }: StartedServer): string {
  const words = Object.entries(settings)
    .filter(([name]) => name !== secret)
    .map(([name, value]) => `--set ${quoted(`${name}=${value}`)}`)
  const add = [`fairlead client add test-${client} ${client}`, ...words, `--secret-stdin ${secret}`].join(' \\\n    ')
  return `printf %s ${quoted(String(settings[secret]))} |\n  ${add}`
}

const name = process.argv[2] ?? ''
const start = Object.hasOwn(servers, name) ? servers[name] : undefined
if (start === undefined) {
  process.stderr.write(`Which server? One of: ${Object.keys(servers).join(', ')}\n`)
  process.exitCode = 2
} else {
  const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map(signal => once(process, signal)))
  await using server = await start()
  process.stdout.write(`${server.about}.\n\n${commands(server)}\n\nCtrl-C ends it; what it keeps goes with it.\n`)
  // A wait for a signal alone does not keep a process.
  const alive = setInterval(() => undefined, 2 ** 30)
  await stopped
  clearInterval(alive)
}
