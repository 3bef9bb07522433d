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
  const intro = `Exit codes: 0 success; 1 some assets are invalid, or a step failed; 2 usage error: invalid flags, references, configuration or input; 130 and 143 stopped by SIGINT or SIGTERM. Work already done is kept, and running the same command again resumes it.

\`push\`, \`pull\`, \`search\`, \`inspect\`, \`verify\`, \`tag\`, \`share\`, \`export\`, \`remove\`, \`ls\` and \`cat\` also run as \`fairlead local …\`, which uses the local store as the connection.

Almost every command accepts these flags. With \`--json\`, errors are printed to standard output in the form of [schemas/error.json](schemas/error.json).

${table(
  ['Flag', ''],
  global.map(flag => [code(flagName(flag)), flag.summary]),
)}`
  const texts = commands.map(command => commandText(command, command.words.join('-') in schemas))
  return `${generated}\n\n# Commands\n\n${table(['Command', ''], list)}\n\n${intro}\n\n${texts.join('\n\n')}\n`
}

const variables: ReadonlyArray<readonly [string, string]> = [
  ['FAIRLEAD_HOME', 'A single folder for settings, state, cache and the local store. Default: the XDG base directories.'],
  ['FAIRLEAD_CLIENT', 'The active connection. --client overrides it; it overrides `client use`.'],
  ['FAIRLEAD_SECRETS', 'Where to store secrets: keychain, file, or environment (store none, and read no stored ones).'],
  ['FAIRLEAD_LOG_LEVEL', 'trace, debug, info, warn, error or silent, or 0 to 5.'],
  ['FAIRLEAD_LOG_FORMAT', 'json: write one JSON object per line to standard error.'],
  ['FAIRLEAD_CA_FILE', 'A PEM file of additional certificate authorities to trust.'],
  ['FAIRLEAD_BANDWIDTH', 'The bandwidth limit in both directions, such as 10MiB/s. --bandwidth overrides it.'],
  ['FAIRLEAD_CONCURRENCY', 'The number of concurrent requests. --concurrency overrides it. Default: tuned automatically.'],
  ['HTTPS_PROXY, HTTP_PROXY, NO_PROXY', 'The proxy to use, and hosts to reach without it.'],
  ['NO_COLOR', 'Turn colors off.'],
]

function settingsPage(clients: readonly Manifest[]): string {
  const order = `The first of these that has a value for a setting wins: an argument, \`--set\`, the environment (\`FAIRLEAD_<CONNECTION>_<SETTING>\`, or \`…_FILE\` with the path of a file that contains the value), the stored settings of the connection, the default. A service's own variables, such as AWS_REGION, apply only to the default connection of that client.

Secrets are never passed as arguments: enter them at the prompt, pipe them in with \`--secret-stdin SETTING\`, or set them in the environment.`
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
  never: 'no, the same call fails again',
  later: 'it may succeed; Fairlead has already retried',
}

function errorsPage({ errors }: Reference): string {
  const rows = errors.map(({ code: name, meaning, exitCode, retry }) => [code(name), meaning, String(exitCode), retries[retry] ?? retry])
  return `${generated}\n\n# Errors\n\nEvery error has one of these codes, a message that says what went wrong and where, and usually a hint that says what to do next. A command stopped by a signal reports the code \`interrupted\`.\n\n${table(['Code', 'Meaning', 'Exit code', 'Retry?'], rows)}\n`
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
