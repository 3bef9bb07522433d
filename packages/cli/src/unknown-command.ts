import { printable } from '@fairlead/core'
import { nearest } from '@fairlead/core/host'
import { topics } from './about.ts'
import { beforeDashes } from './command-line.ts'
import { commands } from './commands.ts'
import { localVerbs } from './local-verbs.ts'
import type { ClientCommand } from './plugins/client-commands.ts'

/** What the words could have meant. */
function suggest(argv: readonly string[], others: readonly ClientCommand[]): string | undefined {
  const known = [
    ...Object.keys(commands).map(id => id.replaceAll(':', ' ')),
    ...localVerbs.map(verb => `local ${verb}`),
    ...others.map(({ manifest, name }) => `${manifest.name} ${name}`),
  ]
  return nearest(argv.slice(0, 2).join(' '), known) ?? nearest(argv[0] ?? '', [...known, ...Object.keys(topics)])
}

/** Says that there is no such command and what could have been meant, of ours or of a client's that the first word names. The answer is the exit code. */
export function unknownCommand(argv: readonly string[], others: readonly ClientCommand[] = []): number {
  const [first = '', second] = argv
  const isTopic = Object.hasOwn(topics, first) || others.length > 0
  const word = isTopic && second !== undefined ? `${first} ${second}` : first
  const meant = suggest(argv, others)
  const message = `There is no command "${printable(word)}".`
  const hint = `${meant === undefined ? '' : `Did you mean \`fairlead ${meant}\`? `}See \`fairlead ${isTopic ? `${first} ` : ''}--help\`.`
  if (beforeDashes(argv).includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: { code: 'input-invalid', message, hint } }, undefined, 2)}\n`)
  else process.stderr.write(`error: ${message}\nhint: ${hint}\n`)
  return 2
}
