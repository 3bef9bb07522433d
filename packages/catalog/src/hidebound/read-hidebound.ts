import { extname } from 'node:path'
import { LineCounter, parse, parseDocument } from 'yaml'
import { FairleadError } from '@fairlead/core'
import { growthProblem, parserMessage } from '../config/parser-message.ts'
import type { Variables } from '../config/environment.ts'
import { readConfigText } from '../config/read-text.ts'
import { jsonAsYaml } from './json-with-comments.ts'

/** A configuration of Hidebound as it stands, unchecked. */
export type HideboundConfig = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const hint = 'Give the YAML or JSON file that HIDEBOUND_CONFIG_FILEPATH points to.'

/** Reads YAML, or JSON with comments and trailing commas. Throws `config-invalid` with line and column, `not-found`. */
export function readHidebound(file: string): HideboundConfig {
  const text = readConfigText(file)
  if (text === undefined) throw new FairleadError('not-found', `there is no file ${file}`, { path: file, hint })
  const lines = new LineCounter()
  try {
    const isJson = ['.json', '.json5', '.jsonc'].includes(extname(file).toLowerCase())
    const document = parseDocument(isJson ? jsonAsYaml(text) : text, { lineCounter: lines, prettyErrors: false })
    const [error] = document.errors
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new FairleadError('config-invalid', `${file}:${line}:${col}: ${parserMessage(error.message)}`, { path: file, hint })
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    if (isRecord(value)) return value
  } catch (cause) {
    if (FairleadError.is(cause)) throw cause
    throw new FairleadError('config-invalid', `${file}: ${growthProblem(cause)}`, { path: file, hint })
  }
  throw new FairleadError('config-invalid', `${file} is not a Hidebound configuration: it is not a map of keys`, { path: file, hint })
}

const texts = ['ingress_directory', 'staging_directory', 'include_regex', 'exclude_regex', 'write_mode', 'redact_regex']
const structured = ['redact_hash', 'workflow', 'specification_files', 'exporters', 'webhooks']

/** The configuration that the variables HIDEBOUND_… say. Throws `config-invalid` for one that is no YAML. */
export function readHideboundEnvironment(environment: Variables): HideboundConfig {
  const valueOf = (name: string, isText: boolean): unknown => {
    const text = environment[name] ?? ''
    if (isText) return text
    try {
      return parse(text)
    } catch (cause) {
      throw new FairleadError('config-invalid', `${name}: ${growthProblem(cause)}`, { hint: `Correct ${name}.` })
    }
  }
  const entries = [...texts, ...structured].flatMap(key => {
    const name = `HIDEBOUND_${key.toUpperCase()}`
    return environment[name] ? [[key, valueOf(name, texts.includes(key))] as const] : []
  })
  const dask = Object.keys(environment)
    .filter(name => name.startsWith('HIDEBOUND_DASK_') && environment[name])
    .map(name => [name.slice('HIDEBOUND_DASK_'.length).toLowerCase(), valueOf(name, false)] as const)
  return { ...Object.fromEntries(entries), ...(dask.length > 0 && { dask: Object.fromEntries(dask) }) }
}
