import { once } from 'node:events'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import type * as Catalog from '@fairlead/catalog'
import { formatBytes, parseSeconds } from '@fairlead/core/host'
import { printable } from '@fairlead/core'
import { usageError } from '../exit.ts'
import { ProjectCommand } from '../project-command.ts'
import { queryFlags } from '../query-flags.ts'
import { rowTable } from '../row-table.ts'
import { anything, count, flag, list, object, oneOf, optional, record, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

const result = object({
  columns: list(text(), 'Empty for --list, --save and --remove.'),
  rows: optional(list(record(anything()), 'By column; absent with --output.')),
  count: count('Number of returned rows.'),
  complete: flag('False: --limit left rows out.'),
  output: optional(object({ file: text(), format: oneOf(['json', 'jsonl', 'csv', 'parquet']), bytes: count() })),
  queries: optional(
    list(object({ name: text(), sql: text(), groupBy: oneOf(['file', 'asset']), description: optional(text()) }), 'Saved ones.'),
  ),
})
type Result = Infer<typeof result>

/** Rows of a table when nothing says how many: at a terminal, and where it goes elsewhere. */
const shownRows = { terminal: 100, elsewhere: 10_000 }

const noRows = { columns: [], count: 0, complete: true }

/** `fairlead query`. */
export default class Query extends ProjectCommand<Result> {
  static override readonly summary = 'Query the catalog with SQL'
  static override readonly description =
    'Tables: files, assets, problems. The view data joins them, and each specification has its own view. Queries are read-only.'
  static override readonly examples = [
    '<%= config.bin %> query "select asset_path_relative, asset_error from data where not asset_valid" --group-by asset',
    '<%= config.bin %> query "select specification, count(*) as assets from assets group by 1" --json',
    '<%= config.bin %> query "select * from data where width >= :least" --set least=1920 -o wide.parquet',
    '<%= config.bin %> query --save wide "select * from data where width >= :least"',
    '<%= config.bin %> query --saved wide --set least=1920 --format csv',
  ]
  static override readonly result = result
  static override readonly args = { SQL: Args.string({ description: 'One select statement; by default everything in data' }) }
  static override readonly flags = queryFlags

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Query)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    if (flags.list) return this.listSaved(project)
    if (flags.remove !== undefined) {
      await catalog.removeQuery(project, flags.remove)
      this.say(`removed the query ${flags.remove} from ${project.file}`)
      return noRows
    }
    if (flags.save !== undefined) {
      if (args.SQL === undefined) throw usageError('There is no query to save.', `Give it: fairlead query --save ${flags.save} SQL`)
      const { 'group-by': groupBy, description } = flags
      const query = { sql: args.SQL, ...(groupBy !== undefined && { groupBy }), ...(description !== undefined && { description }) }
      await catalog.saveQuery(project, flags.save, query, { force: flags.force })
      this.say(`saved the query in ${project.file}`)
      this.next('query', '--saved', flags.save, ...this.here(flags.project))
      return noRows
    }
    if (flags.saved !== undefined && args.SQL !== undefined)
      throw usageError("SQL and --saved can't be combined.", 'Leave one of them out.')
    const saved = flags.saved === undefined ? undefined : catalog.savedQuery(project, flags.saved)
    const seconds = parseSeconds(flags.timeout)
    if (seconds === undefined || seconds === 0)
      throw usageError(`--timeout can't be "${flags.timeout}".`, 'Write it like 90, 15m or 1h30m.')
    await using answer = await catalog.query(project, saved?.sql ?? args.SQL, {
      signal,
      groupBy: flags['group-by'] ?? saved?.groupBy ?? 'file',
      parameters: parametersOf(flags.set ?? [], catalog),
      maxRows: flags['max-rows'],
      timeoutMs: Math.min(seconds * 1000, 2 ** 31 - 1),
    })
    const format = flags.format ?? (flags.output === undefined ? 'table' : catalog.formatOfFile(flags.output))
    if (flags.output !== undefined) return await this.toFile(answer, flags.output, format, flags.safe, catalog)
    if (format === undefined || format === 'table') return await this.toTable(answer, flags.limit)
    if (this.json) throw usageError(`--json and --format ${format} can't be combined.`, 'Leave one out, or write to a file: --output FILE')
    if (format === 'parquet' && process.stdout.isTTY)
      throw usageError("Parquet can't be printed to a terminal.", 'Write it to a file: --output FILE')
    for await (const piece of catalog.encodeRows(answer, { format, safe: flags.safe })) {
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain', { signal })
    }
    return { ...noRows, columns: answer.columns.map(({ name }) => name) }
  }

  private listSaved(project: Catalog.Project): Result {
    const queries = Object.entries(project.config.queries).map(([name, query]) => ({ name, groupBy: 'file' as const, ...query }))
    if (queries.length === 0) this.say('There are no saved queries. Save one: fairlead query --save NAME SQL')
    for (const { name, groupBy, description, sql } of queries) {
      this.tell(
        `${name}${groupBy === 'asset' ? ' (by asset)' : ''}${description === undefined ? '' : `  ${printable(description, Infinity)}`}`,
      )
      for (const line of sql.trimEnd().split('\n')) this.tell(`    ${printable(line, Infinity)}`)
    }
    return { ...noRows, queries }
  }

  private async toFile(
    answer: Catalog.QueryResult,
    file: string,
    format: string | undefined,
    safe: boolean,
    catalog: typeof Catalog,
  ): Promise<Result> {
    const known = catalog.rowFormats.find(each => each === format)
    if (known === undefined) {
      throw usageError(
        `The output format for ${file} is not clear.`,
        `Add --format ${catalog.rowFormats.join('|')}, or use one of these as the file extension.`,
      )
    }
    const path = resolve(file)
    const { rows, bytes } = await catalog.writeRows(path, answer, { format: known, safe })
    this.say(`${counted(rows, 'row')} in ${file} (${formatBytes(bytes)})`)
    return { columns: answer.columns.map(({ name }) => name), count: rows, complete: true, output: { file: path, format: known, bytes } }
  }

  private async toTable(answer: Catalog.QueryResult, limit: number | undefined): Promise<Result> {
    const names = answer.columns.map(({ name }) => name)
    const { isTTY, columns: width } = process.stdout
    const most = limit ?? (this.json ? Infinity : isTTY ? shownRows.terminal : shownRows.elsewhere)
    const { rows, more } = await answer.first(most)
    if (!this.json && rows.length > 0) {
      const table = rowTable(answer.columns, rows, isTTY ? width : undefined)
      this.tell(table.lines.join('\n'))
      if (table.hidden.length > 0)
        this.note(`columns that do not fit: ${table.hidden.join(', ')} (select fewer columns, or use --format csv)`)
    }
    this.note(
      more === 0
        ? counted(rows.length, 'row')
        : `${counted(rows.length, 'row')} shown, ${more} more (--limit shows more, --format csv prints all)`,
    )
    const asObjects = () => rows.map(row => Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))
    return { columns: names, rows: this.json ? asObjects() : [], count: rows.length, complete: more === 0 }
  }
}

function parametersOf(words: readonly string[], catalog: typeof Catalog): Record<string, Catalog.ParameterValue> {
  return Object.fromEntries(
    words.map(word => {
      const at = word.indexOf('=')
      if (at < 1) throw usageError(`--set ${word} has no value.`, 'Write it as --set NAME=VALUE.')
      return [word.slice(0, at).replace(/^:/, ''), catalog.parameterValue(word.slice(at + 1))]
    }),
  )
}
