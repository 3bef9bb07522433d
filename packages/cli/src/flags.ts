import * as Flags from '@oclif/core/flags'

/** On every command that has a result. */
export const baseFlags = {
  json: Flags.boolean({ summary: 'Print the result as JSON, and errors as {"error": …}.', helpGroup: 'GLOBAL' }),
  quiet: Flags.boolean({ char: 'q', summary: 'Print only what a script needs.', helpGroup: 'GLOBAL', exclusive: ['verbose'] }),
  verbose: Flags.boolean({ summary: 'Also say what happens underneath, on standard error.', helpGroup: 'GLOBAL' }),
}

/** On commands that use a connection. */
export const connectionFlags = {
  client: Flags.string({ summary: 'The connection to use where none is written.', helpValue: 'CONNECTION' }),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Override a setting of a connection; no secrets.',
    helpValue: '[CONNECTION.]SETTING=VALUE',
  }),
}

/** On commands that move bytes or walk many files. */
export const progressFlags = {
  progress: Flags.boolean({ allowNo: true, default: true, summary: 'Show progress on standard error.' }),
}

/** On commands that send or fetch many bytes. */
export const transferFlags = {
  concurrency: Flags.integer({
    min: 1,
    max: 256,
    summary: 'Requests in flight at once; by default the best number is found.',
    helpValue: 'N',
  }),
  bandwidth: Flags.string({ summary: 'The most bytes a second over the network, both ways, such as 10MiB/s or 500k.', helpValue: 'RATE' }),
}

export const dryRunFlag = { 'dry-run': Flags.boolean({ char: 'n', summary: 'Say what would be done, and do nothing.' }) }
export const yesFlag = { yes: Flags.boolean({ char: 'y', summary: 'Do it without asking.' }) }
export const forceFlag = (summary: string) => ({ force: Flags.boolean({ char: 'f', summary }) })
