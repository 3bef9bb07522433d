import { constants, type DatabaseSync } from 'node:sqlite'

const { SQLITE_OK, SQLITE_DENY, SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE } = constants

/** Functions that only compute: https://www.sqlite.org/lang_corefunc.html and the pages beside it. */
const functions = new Set(
  `abs acos acosh asin asinh atan atan2 atanh avg ceil ceiling changes char coalesce concat concat_ws cos cosh count cume_dist date datetime degrees
   dense_rank exp first_value floor format glob group_concat hex if ifnull iif instr json json_array json_array_length json_extract json_group_array
   json_group_object json_object json_patch json_pretty json_quote json_remove json_replace json_set json_type json_valid julianday lag last_value lead
   length like likelihood likely ln log log10 log2 lower ltrim max median min mod nth_value ntile nullif octet_length percent_rank percentile
   percentile_cont percentile_disc pi pow power printf quote radians rank replace round row_number rtrim sign sin sinh soundex sqrt strftime
   string_agg substr substring sum tan tanh time timediff total trim trunc typeof unicode unistr unixepoch unlikely upper -> ->>`
    .split(/\s+/)
    .filter(name => name !== ''),
)

/** Tables that are computed from a value in the query. */
const valueTables = new Set(['json_each', 'json_tree'])

/** What a single query may take of this machine, besides the time that its caller allows. */
const limits = { length: 16_777_216, sqlLength: 65_536, column: 500, exprDepth: 200, compoundSelect: 50, vdbeOp: 250_000, functionArg: 100, attach: 0, likePatternLength: 1000, variableNumber: 100, triggerDepth: 0 } as const // prettier-ignore

/**
 * From here on the connection only reads the given tables and computes with functions of a list: no ATTACH, PRAGMA,
 * extension, temporary table or write, whatever the statement says. Returns why the last statement was refused.
 */
export function confine(database: DatabaseSync, tables: readonly string[]): () => string | undefined {
  const readable = new Set(tables.map(name => name.toLowerCase()))
  let refused: string | undefined
  const refuse = (what: string): number => {
    refused ??= what
    return SQLITE_DENY
  }
  const names: ReadonlyMap<number, string> = new Map(
    Object.entries(constants).flatMap(([name, code]) =>
      /^SQLITE_(?!OK|DENY|IGNORE|CHANGESET)/.test(name) ? [[code, name.slice(7).replaceAll('_', ' ')] as const] : [],
    ),
  )
  Object.assign(database.limits, limits)
  database.setAuthorizer((action, first, second, schema) => {
    if (action === SQLITE_SELECT || action === SQLITE_RECURSIVE) return SQLITE_OK
    if (action === SQLITE_READ) {
      const table = (first ?? '').toLowerCase()
      // Without a column and a schema it is a name of which only rows are counted: a table, or one the query itself makes.
      const isCounted = second === '' && schema === null && !/^(sqlite_|pragma_|dbstat|bytecode|tables_used)/.test(table)
      return readable.has(table) || valueTables.has(table) || isCounted
        ? SQLITE_OK
        : refuse(`the table "${first ?? ''}" is not part of the catalog`)
    }
    if (action === SQLITE_FUNCTION)
      return functions.has((second ?? '').toLowerCase()) ? SQLITE_OK : refuse(`the function ${second ?? ''}() is not allowed`)
    return refuse(`${names.get(action) ?? 'this statement'} is not allowed: a query only reads`)
  })
  return () => refused
}
