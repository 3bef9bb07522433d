import * as Flags from '@oclif/core/flags'

/** On every command that has a result. */
export const baseFlags = {
  json: Flags.boolean({ summary: 'Print the result as JSON, and errors as {"error": …}.', helpGroup: 'GLOBAL' }),
  quiet: Flags.boolean({ char: 'q', summary: 'Print only what scripts need.', helpGroup: 'GLOBAL', exclusive: ['verbose'] }),
  verbose: Flags.boolean({ summary: 'Print details to standard error.', helpGroup: 'GLOBAL' }),
}

/** On commands that use a connection. */
export const connectionFlags = {
  client: Flags.string({ summary: 'The connection to use when none is named.', helpValue: 'CONNECTION' }),
  set: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary: 'Override a connection setting. Not for secrets.',
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
    summary: 'The number of concurrent requests. Default: tuned automatically.',
    helpValue: 'N',
  }),
  bandwidth: Flags.string({ summary: 'The bandwidth limit in both directions, such as 10MiB/s or 500k.', helpValue: 'RATE' }),
}

export const dryRunFlag = { 'dry-run': Flags.boolean({ char: 'n', summary: 'Show what would be done, without doing it.' }) }
export const yesFlag = { yes: Flags.boolean({ char: 'y', summary: 'Skip the confirmation prompt.' }) }
export const forceFlag = (summary: string) => ({ force: Flags.boolean({ char: 'f', summary }) })
