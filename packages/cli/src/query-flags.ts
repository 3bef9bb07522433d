import * as Flags from '@oclif/core/flags'
import { projectFlags } from './project-command.ts'

const queryFormats = ['table', 'json', 'jsonl', 'csv', 'parquet'] as const

const manage = ['list', 'remove', 'save', 'saved'] as const
const alone = (name: (typeof manage)[number]) => manage.filter(other => other !== name)

/** The flags of `fairlead query`. */
export const queryFlags = {
  'group-by': Flags.option({ options: ['file', 'asset'] as const, summary: 'What a row of data is; by default a file.' })(),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'The value of :NAME in the query: a number, true, false, null, else text ("5" in double quotes is text).',
    helpValue: 'NAME=VALUE',
  }),
  format: Flags.option({
    options: queryFormats,
    summary: 'The form of the rows; by default what the ending of --output says, else table.',
  })(),
  output: Flags.string({ char: 'o', summary: 'Write the rows to a file, whole or not at all.', helpValue: 'FILE' }),
  safe: Flags.boolean({ summary: 'CSV for spreadsheets: text that they would run as a formula gets an apostrophe before it.' }),
  limit: Flags.integer({ min: 1, summary: 'Show so many rows at most, and count the others.', helpValue: 'ROWS' }),
  'max-rows': Flags.integer({ min: 1, default: 1_000_000, summary: 'More rows than this are an error.', helpValue: 'ROWS' }),
  timeout: Flags.string({ default: '30s', summary: 'How long the query may work, such as 90, 15m or 1h30m.', helpValue: 'TIME' }),
  save: Flags.string({
    summary: 'Keep the query under a name in fairlead.yaml; it is not run.',
    helpValue: 'NAME',
    exclusive: alone('save'),
  }),
  description: Flags.string({ summary: 'What a saved query is for.', helpValue: 'TEXT', dependsOn: ['save'] }),
  force: Flags.boolean({ char: 'f', summary: 'Replace a saved query of the same name.', dependsOn: ['save'] }),
  saved: Flags.string({ summary: 'Run the query of that name.', helpValue: 'NAME', exclusive: alone('saved') }),
  list: Flags.boolean({ summary: 'List the saved queries.', exclusive: alone('list') }),
  remove: Flags.string({ summary: 'Remove the saved query of that name.', helpValue: 'NAME', exclusive: alone('remove') }),
  ...projectFlags,
}
