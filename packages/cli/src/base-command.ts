import { writeSync } from 'node:fs'
import { Command } from '@oclif/core/command'
import type { Config } from '@oclif/core/config'
import type { ArgInput, FlagInput, Input, OutputArgs, OutputFlags, ParserOutput } from '@oclif/core/interfaces'
import * as Parser from '@oclif/core/parser'
import { jsonText } from './json-text.ts'
import { beforeDashes, commandLine } from './command-line.ts'
import { exitCodeOf, Interrupted } from './exit.ts'
import { baseFlags } from './flags.ts'
import { isLeaving, leave } from './leave.ts'
import { endedByOthers, endedByPackage } from './plugins/loading.ts'
import { printableLines } from './printable-lines.ts'
import type { Schema } from './schema.ts'
import { styled, styledError } from './style.ts'

/** Lines and whole texts for standard output or standard error. */
function write(stream: NodeJS.WriteStream, text: string): void {
  stream.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** Signals closer together are one: a Ctrl-C comes from the terminal, and once more from programs such as `timeout` that pass it on. */
const sameSignalMs = 250

/**
 * What every command shares: a typed result, printed as text while it runs or as JSON at its end; errors with what to do
 * next; exit codes; signals. A command gives its result from {@link BaseCommand.run} and prints with {@link BaseCommand.say}
 * (for people, not with --quiet) and {@link BaseCommand.tell} (the result itself).
 */
export abstract class BaseCommand<R = unknown> extends Command {
  static override readonly baseFlags: FlagInput = baseFlags
  /** What --json prints, one object; absent for commands without a result. */
  static readonly result: Schema<unknown> | undefined = undefined
  /** With --json, one object a line as it comes: the command prints by itself. */
  static readonly jsonLines: boolean = false
  /** Runs code that its user types, which may end the process. */
  static readonly runsOwnCode: boolean = false
  /** What was done before an interruption is kept, and the same command goes on with it. */
  static readonly resumable: boolean = false

  /** `local` where it was run as `fairlead local …`. */
  preset: string | undefined
  /** The exit code when nothing is thrown. */
  protected code: 0 | 1 | 2 = 0
  private readonly words: readonly string[]
  private readonly controller = new AbortController()
  private listening = false
  private interruptedAt = 0
  private printed = false
  /** A server that was ended by the signal it waits for has done what it should. */
  protected endedAsAsked = false

  constructor(argv: string[], config: Config) {
    super(argv, config)
    this.words = beforeDashes(argv)
  }

  abstract override run(): Promise<R>

  protected override get ctor(): typeof BaseCommand {
    return this.constructor as typeof BaseCommand // oclif types it as its own Command
  }

  protected get json(): boolean {
    return this.words.includes('--json')
  }

  protected get quiet(): boolean {
    return this.words.includes('--quiet') || this.words.includes('-q')
  }

  protected get verbose(): boolean {
    return this.words.includes('--verbose')
  }

  /** `fairlead client add`, as people type it. */
  protected get name(): string {
    return `fairlead ${this.preset === undefined ? '' : `${this.preset} `}${this.ctor.id.replaceAll(':', ' ')}`
  }

  /** Without hooks: nothing is installed that could listen, and looking for it takes time. */
  protected override async parse<F extends OutputFlags<FlagInput>, B extends OutputFlags<FlagInput>, A extends OutputArgs<ArgInput>>(
    options: Input<F, B, A>,
    argv: string[] = this.argv,
  ): Promise<ParserOutput<F, B, A>> {
    this.parsed = true
    const input: Input<F, B, A> = { context: this, ...options }
    // oclif would take what stands on standard input, a secret perhaps or the list of a script's loop, for an argument that was left out.
    const args = Object.entries(options.args ?? {}).map(([name, arg]) => [name, { ...arg, ignoreStdin: true }])
    Object.assign(input, { flags: { ...options.baseFlags, ...options.flags }, args: Object.fromEntries(args) })
    return Parser.parse(argv, input)
  }

  /** Raised by Ctrl-C or SIGTERM; asking for it takes the ending of the process into the command's hands. A second Ctrl-C ends at once. */
  protected get signal(): AbortSignal {
    if (!this.listening) {
      this.listening = true
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.on(signal, () => {
          const reason = new Interrupted(signal)
          if (!this.controller.signal.aborted) {
            this.interruptedAt = performance.now()
            this.controller.abort(reason)
          } else if (performance.now() - this.interruptedAt > sameSignalMs) leave(reason.exitCode)
        })
      }
    }
    return this.controller.signal
  }

  /** For people: not with --quiet or --json. */
  protected say(text: string): void {
    if (!this.json && !this.quiet) write(process.stdout, text)
  }

  /** The result itself: not with --json, which has its own form. */
  protected tell(text: string): void {
    if (!this.json) write(process.stdout, text)
  }

  /** What happens meanwhile, on standard error. */
  protected note(text: string): void {
    if (!this.quiet) write(process.stderr, text)
  }

  /** The last line of a success: what to run next. */
  protected next(...words: readonly string[]): void {
    this.say(`${styled('cyan', 'next:')} ${commandLine(['fairlead', ...words])}`)
  }

  /** Runs the command whole. The answer is the exit code; nothing is thrown. */
  async execute(): Promise<number> {
    const atExit = (): void => this.tellOfEnd()
    process.once('exit', atExit)
    try {
      const result = await this.run()
      if (this.controller.signal.aborted && !this.endedAsAsked) throw this.controller.signal.reason
      if (this.json && !this.ctor.jsonLines && !this.printed) this.emit(result)
      return this.code
    } catch (thrown) {
      return this.fail(this.controller.signal.aborted ? this.controller.signal.reason : thrown)
    } finally {
      process.off('exit', atExit)
    }
  }

  /** The process ends and the command has not finished: code of a client or a project ended it. Nothing can be waited for any more. */
  private tellOfEnd(): void {
    if (isLeaving() || this.controller.signal.aborted) return
    const error = endedByPackage() ?? (this.ctor.runsOwnCode ? undefined : endedByOthers(this.name))
    if (error === undefined) return
    const { message, hint = '' } = error
    const text = `${styledError('red', 'error:')} ${printableLines(message)}\n${styledError('cyan', 'hint:')} ${hint}`
    if (this.json && (this.ctor.jsonLines || !this.printed))
      writeSync(process.stdout.fd, `${jsonText({ error: error.toJSON() }, this.ctor.jsonLines ? 0 : 2)}\n`)
    else writeSync(process.stderr.fd, `${text}\n`)
    process.exitCode = exitCodeOf(error)
  }

  /** Prints the result as JSON at once: for commands that go on running. */
  protected emit(result: R): void {
    this.printed = true
    write(process.stdout, jsonText(result, 2))
  }

  /** Prints a result as one line of JSON: for commands that give one after the other. */
  protected emitLine(result: R): void {
    this.printed = true
    write(process.stdout, jsonText(result))
  }

  private async fail(thrown: unknown): Promise<number> {
    const { ctor, name } = this
    // What most runs do without is loaded when it is needed.
    const { describeFailure } = await import('./failure.ts')
    const failure = describeFailure(thrown, {
      command: name,
      line: commandLine([...name.split(' '), ...this.argv]),
      input: { flags: { ...ctor.baseFlags, ...ctor.flags } },
      resumable: ctor.resumable,
      verbose: this.verbose,
    })
    if (this.json) write(process.stdout, jsonText(failure.json, ctor.jsonLines ? 0 : 2))
    else write(process.stderr, failure.text)
    return failure.exitCode
  }

  /** Text of an error within a result that goes on, such as one of several names. */
  protected complain(text: string): void {
    if (!this.json) write(process.stderr, `${styledError('red', 'error:')} ${text}`)
  }
}
