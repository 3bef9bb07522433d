import * as Flags from '@oclif/core/flags'
import { projectFlags } from './project-command.ts'

const queryFormats = ['table', 'json', 'jsonl', 'csv', 'parquet'] as const

const manage = ['list', 'remove', 'save', 'saved'] as const
const alone = (name: (typeof manage)[number]) => manage.filter(other => other !== name)

/** The flags of `fairlead query`. */
export const queryFlags = {
  'group-by': Flags.option({ options: ['file', 'asset'] as const, summary: 'What each row of data stands for. Default: file.' })(),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'The value of :NAME in the query: a number, true, false, null, or text ("5" in double quotes is text).',
    helpValue: 'NAME=VALUE',
  }),
  format: Flags.option({
    options: queryFormats,
    summary: 'The output format. Default: from the extension of --output, or table.',
  })(),
  output: Flags.string({ char: 'o', summary: 'Write the rows to a file, which is written completely or not at all.', helpValue: 'FILE' }),
  safe: Flags.boolean({ summary: 'Make CSV safe for spreadsheets: put an apostrophe before text that they would run as a formula.' }),
  limit: Flags.integer({ min: 1, summary: 'Show at most this many rows, and count the rest.', helpValue: 'ROWS' }),
  'max-rows': Flags.integer({ min: 1, default: 1_000_000, summary: 'Fail if the query returns more rows than this.', helpValue: 'ROWS' }),
  timeout: Flags.string({ default: '30s', summary: 'How long the query may run, such as 90, 15m or 1h30m.', helpValue: 'TIME' }),
  save: Flags.string({
    summary: 'Save the query in fairlead.yaml under this name, without running it.',
    helpValue: 'NAME',
    exclusive: alone('save'),
  }),
  description: Flags.string({ summary: 'What a saved query is for.', helpValue: 'TEXT', dependsOn: ['save'] }),
  force: Flags.boolean({ char: 'f', summary: 'Replace a saved query with the same name.', dependsOn: ['save'] }),
  saved: Flags.string({ summary: 'Run the saved query with this name.', helpValue: 'NAME', exclusive: alone('saved') }),
  list: Flags.boolean({ summary: 'List the saved queries.', exclusive: alone('list') }),
  remove: Flags.string({ summary: 'Remove the saved query with this name.', helpValue: 'NAME', exclusive: alone('remove') }),
  ...projectFlags,
}
