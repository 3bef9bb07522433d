import type { Log, LogLevel } from '../../contract/host.ts'
import { printable } from '../../contract/reference.ts'
import { redactText } from '../../http/redact.ts'
import { environmentValue, type Environment } from '../application/environment.ts'
import { createRedactor, type Redactor } from '../secrets/redactor.ts'
import { isSecret } from '../settings/settings-values.ts'
import { createTerminal, type Terminal } from './terminal.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[]
type Written = Exclude<LogLevel, 'silent'>

const colors: Readonly<Record<Written, number>> = { trace: 90, debug: 90, info: 36, warn: 33, error: 31 }
/** Names of fields whose values let someone in. */
const secretField = /passw|passphrase|secret|token|authorization|cookie|credential|signature|(?:api|access|private|account)[-_]?key/i
const longest = 4000

/** What a log is made of; everything has a default. */
export interface LogOptions {
  readonly env?: Environment
  readonly terminal?: Terminal
  readonly redactor?: Redactor
  readonly level?: LogLevel
  readonly prefix?: string
  readonly now?: () => Date
}

/**
 * The log on standard error. `FAIRLEAD_LOG_LEVEL` takes a word or its number 0–5 (an unknown value gives one warning and
 * `info`); `FAIRLEAD_LOG_FORMAT=json` gives one JSON object per line. Secrets print as `[secret]`, control characters as
 * escapes.
 */
export function createLog(options: LogOptions = {}): Log {
  const env = options.env ?? process.env
  const terminal = options.terminal ?? createTerminal({ env })
  const redactor = options.redactor ?? createRedactor()
  const now = options.now ?? (() => new Date())
  const { level, unknown } = options.level === undefined ? levelFrom(env) : { level: options.level, unknown: undefined }
  const json = environmentValue(env, 'FAIRLEAD_LOG_FORMAT') === 'json'
  const least = levels.indexOf(level)

  const make = (prefix: string | undefined): Log => {
    const write =
      (of: Written): Log[Written] =>
      (message, fields) => {
        if (levels.indexOf(of) < least) return
        const line = json ? jsonLine(now(), of, prefix, message, fields) : textLine(of, prefix, message, fields, terminal.color)
        terminal.print(redactor.redact(line))
      }
    return {
      trace: write('trace'),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: name => make(prefix === undefined ? name : `${prefix} ${name}`),
    }
  }

  const log = make(options.prefix)
  if (unknown !== undefined)
    log.warn(`FAIRLEAD_LOG_LEVEL is ${JSON.stringify(unknown)}, which is none of ${levels.join(', ')} or 0 to 5; info is used`)
  return log
}

function levelFrom(env: Environment): { readonly level: LogLevel; readonly unknown?: string } {
  const word = environmentValue(env, 'FAIRLEAD_LOG_LEVEL')?.trim()
  if (word === undefined) return { level: 'info' }
  const level = /^\d$/.test(word) ? levels[Number(word)] : levels.find(name => name === word.toLowerCase())
  return level === undefined ? { level: 'info', unknown: word } : { level }
}

function textLine(
  level: Written,
  prefix: string | undefined,
  message: string,
  fields: Readonly<Record<string, unknown>> | undefined,
  color: boolean,
): string {
  const label = level === 'info' ? '' : `${level}: `
  const head = `${prefix === undefined ? '' : `[${printable(prefix)}] `}${label}`
  const shown = Object.entries(fields ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${printable(key)}=${fieldText(key, value)}`)
  const text = printable(redactText(message), longest)
  const tail = shown.length === 0 ? '' : ` (${shown.join(' ')})`
  return color ? `\u001b[${colors[level]}m${head}\u001b[39m${text}\u001b[90m${tail}\u001b[39m` : `${head}${text}${tail}`
}

function fieldText(key: string, value: unknown): string {
  const plain = plainField(key, value)
  if (typeof plain === 'string') return printable(/^[^\s"=()]+$/.test(plain) ? plain : JSON.stringify(plain), longest)
  return printable(toJson(plain), longest)
}

function jsonLine(
  time: Date,
  level: Written,
  prefix: string | undefined,
  message: string,
  fields: Readonly<Record<string, unknown>> | undefined,
): string {
  const shown =
    fields === undefined ? undefined : Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainField(key, value)]))
  return toJson({
    time: time.toISOString(),
    level,
    ...(prefix !== undefined && { prefix }),
    message: redactText(message),
    ...(shown !== undefined && { fields: shown }),
  })
}

/** A field as plain data, without what lets someone in. */
function plainField(key: string, value: unknown): unknown {
  if (isSecret(value)) return '[secret]'
  if (secretField.test(key) && value !== undefined && value !== null && typeof value !== 'number' && typeof value !== 'boolean')
    return '[secret]'
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof URL) return redactText(value.href)
  if (value instanceof Error && !('toJSON' in value)) return redactText(`${value.name}: ${value.message}`)
  return value
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, plainField) ?? 'undefined'
  } catch (cause) {
    // A field that refers to itself must not break the work that logs it.
    return JSON.stringify(`[not JSON: ${cause instanceof Error ? cause.name : 'unknown'}]`)
  }
}
