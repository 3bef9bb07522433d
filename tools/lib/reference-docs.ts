import { readFileSync } from 'node:fs'
import { join } from 'node:path'
// @boundaries-ignore The same tables as in the README of a client.
import { settingsTable } from '../../packages/testkit/src/readme/index.ts'
// @boundaries-ignore Types only.
import type { Manifest } from '../../packages/core/src/index.ts'
import { apiFiles } from './api-docs.ts'
import { capabilityMatrix } from './capability-matrix.ts'
import { configurationPage } from './configuration-page.ts'
import { code, generated, table } from './markdown.ts'

interface Flag {
  readonly name: string
  readonly char?: string
  readonly summary: string
  readonly takesValue: boolean
  readonly values: readonly string[]
  readonly helpValue?: string
  readonly defaultValue?: string
  readonly group?: string
}

interface Command {
  readonly words: readonly string[]
  readonly summary: string
  readonly description: string
  readonly examples: readonly string[]
  readonly arguments: ReadonlyArray<{ readonly name: string; readonly description: string; readonly required: boolean }>
  readonly flags: readonly Flag[]
  readonly variadic: boolean
}

interface Reference {
  readonly commands: readonly Command[]
  readonly topics: Readonly<Record<string, { readonly description: string }>>
  readonly schemas: Readonly<Record<string, unknown>>
  readonly errors: ReadonlyArray<{ readonly code: string; readonly meaning: string; readonly exitCode: number; readonly retry: string }>
}

function usage({ words, arguments: names, variadic }: Command): string {
  const shown = names.map(({ name, required }, index) => {
    const many = variadic && index === names.length - 1 ? `${name}…` : name
    return required ? many : `[${many}]`
  })
  return ['fairlead', ...words, ...shown].join(' ')
}

function flagName({ name, char, takesValue, values, helpValue }: Flag): string {
  const value = !takesValue ? '' : ` ${values.length > 0 ? values.join('|') : (helpValue ?? 'VALUE')}`
  return `${char === undefined ? '' : `-${char}, `}--${name}${value}`
}

function commandText(command: Command, hasSchema: boolean): string {
  const { words, summary, description, examples, arguments: names, flags } = command
  const own = flags.filter(({ group, name }) => group !== 'GLOBAL' && !name.startsWith('no-'))
  const parts = [`## fairlead ${words.join(' ')}`, `${summary}.`, `\`\`\`text\n${usage(command)}\n\`\`\``]
  if (description !== '') parts.push(description)
  if (names.length > 0)
    parts.push(
      table(
        ['Argument', ''],
        names.map(({ name, description: about }) => [code(name), about]),
      ),
    )
  if (own.length > 0) {
    parts.push(
      table(
        ['Flag', ''],
        own.map(flag => [
          code(flagName(flag)),
          `${flag.summary}${flag.defaultValue === undefined ? '' : ` Default: ${flag.defaultValue}.`}`,
        ]),
      ),
    )
  }
  if (examples.length > 0) parts.push(`\`\`\`sh\n${examples.map(example => example.replace(/^\$ /, '')).join('\n')}\n\`\`\``)
  if (hasSchema) parts.push(`Result with \`--json\`: [schemas/${words.join('-')}.json](schemas/${words.join('-')}.json)`)
  return parts.join('\n\n')
}

function commandsPage({ commands, schemas }: Reference): string {
  const [first] = commands.filter(({ flags }) => flags.some(({ group }) => group === 'GLOBAL'))
  const global = (first?.flags ?? []).filter(({ group }) => group === 'GLOBAL')
  const list = commands.map(({ words, summary }) => [`[fairlead ${words.join(' ')}](#fairlead-${words.join('-')})`, summary])
  const intro = `Exit codes: 0 done; 1 some assets are invalid, or a step failed; 2 wrong use: flags, references, configuration or input that can't be used. 130 and 143: ended by SIGINT or SIGTERM; what was done is kept, and the same command goes on.

\`push\`, \`pull\`, \`search\`, \`inspect\`, \`verify\`, \`tag\`, \`share\`, \`export\`, \`remove\`, \`ls\` and \`cat\` also run as \`fairlead local …\`, with the local store as their connection.

Almost every command knows these flags; errors with \`--json\` are [schemas/error.json](schemas/error.json) on standard output.

${table(
  ['Flag', ''],
  global.map(flag => [code(flagName(flag)), flag.summary]),
)}`
  const texts = commands.map(command => commandText(command, command.words.join('-') in schemas))
  return `${generated}\n\n# Commands\n\n${table(['Command', ''], list)}\n\n${intro}\n\n${texts.join('\n\n')}\n`
}

const variables: ReadonlyArray<readonly [string, string]> = [
  ['FAIRLEAD_HOME', 'One folder for settings, state, cache and the local store; else the XDG base directories.'],
  ['FAIRLEAD_CLIENT', 'The active connection; --client comes before it, `client use` after it.'],
  ['FAIRLEAD_SECRETS', 'Where secrets are stored: keychain, file, or environment (nothing is stored, nothing stored is read).'],
  ['FAIRLEAD_LOG_LEVEL', 'trace, debug, info, warn, error or silent, or 0 to 5.'],
  ['FAIRLEAD_LOG_FORMAT', 'json: one JSON object per line on standard error.'],
  ['FAIRLEAD_CA_FILE', 'Certificates of authorities to trust besides the usual ones, as PEM.'],
  ['FAIRLEAD_BANDWIDTH', 'The most bytes a second over the network, both ways, such as 10MiB/s; --bandwidth comes before it.'],
  ['FAIRLEAD_CONCURRENCY', 'Requests in flight at once; --concurrency comes before it. By default the best number is found.'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'The proxy, as other programs take it.'],
  ['NO_COLOR', 'No colours.'],
]

function settingsPage(clients: readonly Manifest[]): string {
  const order = `A setting comes from the first of these that has it: an argument, \`--set\`, the environment (\`FAIRLEAD_<CONNECTION>_<SETTING>\`, or \`…_FILE\` with the path of a file that holds it), the stored settings of the connection, its default. Names of a service's own, such as AWS_REGION, feed the default connection of that client only.

A secret is never an argument: it is asked for, read with \`--secret-stdin SETTING\`, or given in the environment.`
  const sections = clients.map(client => {
    const { name, title, summary, package: from } = client
    return `## ${title}\n\n${summary} Client \`${name}\`, package \`${from}\`.\n\n${settingsTable(client)}`
  })
  const environment = `## Environment\n\n${table(
    ['Variable', ''],
    variables.map(([name, about]) => [name.split(', ').map(code).join(', '), about]),
  )}`
  return `${generated}\n\n# Settings\n\n${order}\n\n${environment}\n\n${sections.join('\n\n')}\n`
}

const retries: Readonly<Record<string, string>> = {
  never: 'the same call fails again',
  later: 'it may pass; Fairlead has tried again by itself',
}

function errorsPage({ errors }: Reference): string {
  const rows = errors.map(({ code: name, meaning, exitCode, retry }) => [code(name), meaning, String(exitCode), retries[retry] ?? retry])
  return `${generated}\n\n# Errors\n\nEvery error has one of these codes, a message that says what was wrong and where, and mostly a hint: what to do next. A command that was ended by a signal has the code \`interrupted\`.\n\n${table(['Code', 'Meaning', 'Exit code', 'Again?'], rows)}\n`
}

/** The reference documentation, by path below docs/reference, made of what was built. */
export function referenceFiles(root: string, clients: readonly Manifest[]): ReadonlyMap<string, string> {
  const reference = JSON.parse(readFileSync(join(root, 'packages', 'cli', 'dist', 'reference.json'), 'utf8')) as Reference // our own build writes it
  return new Map([
    ['commands.md', commandsPage(reference)],
    ['settings.md', settingsPage(clients)],
    ['capabilities.md', capabilityMatrix(clients)],
    ['configuration.md', configurationPage(root)],
    ['errors.md', errorsPage(reference)],
    ...apiFiles(root),
    ...Object.entries(reference.schemas).map(([name, schema]): [string, string] => [
      `schemas/${name}.json`,
      `${JSON.stringify(schema, undefined, 2)}\n`,
    ]),
  ])
}
