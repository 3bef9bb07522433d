import type { FlagInput } from '@oclif/core/interfaces'
import { CLIError } from '@oclif/core/errors'
import { FairleadError, printable } from '@fairlead/core'
import { nearest } from '@fairlead/core/host'
import { printableLines } from './printable-lines.ts'
import { exitCodeOf, Interrupted } from './exit.ts'
import { styledError } from './style.ts'
import { systemFailure } from './system-failure.ts'

/** A failure as a command tells it: for people, for programs, for the shell. */
export interface Failure {
  readonly exitCode: number
  readonly json: Readonly<Record<string, unknown>>
  readonly text: string
}

type Parse = { readonly flags?: FlagInput }

/** A text in a message of the parser that is a mistyped flag, with the flag that was meant. */
function meantFlag(unknown: readonly string[], { flags = {} }: Parse): string | undefined {
  const known = Object.entries(flags).flatMap(([name, flag]) => [
    name,
    ...(flag.type === 'boolean' && flag.allowNo === true ? [`no-${name}`] : []),
  ])
  const [first] = unknown
  const meant = first === undefined ? undefined : nearest(first.replace(/^-+/, '').replace(/=.*$/, ''), known)
  return meant === undefined ? undefined : `Did you mean --${meant}?`
}

/** What oclif's parser refuses, as an error of ours. */
function parseFailure(error: Error, command: string, input: Parse): FairleadError {
  const help = `See \`${command} --help\`.`
  if ('flags' in error && Array.isArray(error.flags)) {
    const unknown = error.flags.map(String)
    const meant = meantFlag(unknown, input)
    return new FairleadError('input-invalid', `There is no flag ${unknown.map(flag => printable(flag)).join(', ')}.`, {
      hint: meant === undefined ? help : `${meant} ${help}`,
    })
  }
  if ('args' in error && Array.isArray(error.args) && error.message.startsWith('Missing')) {
    const missing: readonly { readonly name?: unknown; readonly description?: unknown }[] = error.args
    const [first] = missing
    const names = missing.map(({ name }) => String(name)).join(' and ')
    const about = missing.length === 1 && typeof first?.description === 'string' ? ` (${first.description})` : ''
    return new FairleadError('input-invalid', `${names} ${missing.length === 1 ? 'is' : 'are'} missing${about}.`, { hint: help })
  }
  // The parser breaks its lines and indents them.
  const message = error.message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:/, '')
    .replace(/\s*\n\s*/g, ' ')
  return new FairleadError('input-invalid', message.trim().replace(/([^.!?:])$/, '$1.'), { hint: help })
}

/** Any thrown value as a failure. `command` is what was run, without its arguments; `line` with them. */
export function describeFailure(
  cause: unknown,
  place: { readonly command: string; readonly line: string; readonly input: Parse; readonly resumable: boolean; readonly verbose: boolean },
): Failure {
  // Ctrl-C at a prompt.
  const thrown = cause instanceof Error && cause.name === 'ExitPromptError' ? new Interrupted('SIGINT') : cause
  if (thrown instanceof Interrupted) {
    const hint = place.resumable ? `To resume it: ${place.line}` : undefined
    const what = place.resumable ? 'Interrupted. Finished work is kept.' : 'Interrupted.'
    const json = { code: 'interrupted', message: what, ...(hint !== undefined && { hint }) }
    return { exitCode: thrown.exitCode, json: { error: json }, text: lines(what, hint) }
  }
  const error = thrown instanceof CLIError ? parseFailure(thrown, place.command, place.input) : systemFailure(thrown)
  if (FairleadError.is(error)) {
    const json = error.toJSON()
    const text = lines(
      `${styledError('red', 'error:')} ${printableLines(error.message)}`,
      error.hint === undefined ? undefined : printableLines(error.hint),
    )
    return { exitCode: exitCodeOf(error), json: { error: json }, text: place.verbose ? `${text}\n${trace(error)}` : text }
  }
  const message = error instanceof Error ? error.message : String(error)
  const hint = 'This is a bug in Fairlead or in a plugin. Add --verbose to see where.'
  const text = lines(`${styledError('red', 'error:')} ${printableLines(message)}`, hint)
  return { exitCode: 1, json: { error: { code: 'unexpected', message, hint } }, text: place.verbose ? `${text}\n${trace(error)}` : text }
}

function lines(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message}\n${styledError('cyan', 'hint:')} ${hint}`
}

function trace(error: unknown): string {
  return styledError('gray', printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error)))
}
