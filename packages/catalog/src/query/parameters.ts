import { FairleadError } from '@fairlead/core'
import type { ParameterValue } from './protocol.ts'

/** What may hold a colon that is no parameter, then parameters: https://www.sqlite.org/lang_expr.html#varparam */
const tokens =
  /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[^]*?(?:\*\/|$)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|([:@$#?][\w$\u0080-\uffff]*)/g

/** The parameters `:name` of a statement, each once. Throws `input-invalid` for `?`, `@name` and `$name`. */
function parameterNames(sql: string): readonly string[] {
  const names = new Set<string>()
  for (const [, parameter] of sql.matchAll(tokens)) {
    if (parameter === undefined) continue
    if (/^:[A-Za-z_]\w*$/.test(parameter)) names.add(parameter.slice(1))
    else {
      throw new FairleadError('input-invalid', `the query was rejected: "${parameter}" is not a parameter`, {
        hint: 'Write parameters as :name.',
      })
    }
  }
  return [...names]
}

/** Makes sure that every parameter has a value and every value a parameter; SQLite would take null for what lacks. */
export function checkParameters(sql: string, given: Readonly<Record<string, ParameterValue>>): void {
  const names = parameterNames(sql)
  const absent = names.filter(name => !Object.hasOwn(given, name))
  if (absent.length > 0) {
    throw new FairleadError('input-invalid', `the query needs a value for ${absent.map(name => `:${name}`).join(', ')}`, {
      hint: `Give it: ${absent.map(name => `--set ${name}=VALUE`).join(' ')}`,
    })
  }
  const extra = Object.keys(given).filter(name => !names.includes(name))
  if (extra.length === 0) return
  const has = names.length === 0 ? 'no parameters' : `the parameters ${names.map(name => `:${name}`).join(', ')}`
  throw new FairleadError('input-invalid', `the query has no parameter :${extra.join(', :')}`, { hint: `It has ${has}.` })
}

/**
 * The value of a parameter from text: a number in its plainest form, `true`, `false` and `null` are what they say, text in
 * double quotes is a JSON string, all else is text as it stands (`001` too).
 */
export function parameterValue(text: string): ParameterValue {
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d/.test(text) && String(Number(text)) === text && Number.isFinite(Number(text))) return Number(text)
  if (!/^".*"$/s.test(text)) return text
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' ? parsed : text
  } catch (cause) {
    if (cause instanceof SyntaxError) return text
    throw cause
  }
}
