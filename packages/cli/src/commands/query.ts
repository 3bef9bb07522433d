import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { formatTable } from '@fairlead/core/host'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, flag, list, object, record, scalar, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

const result = object({
  columns: list(text()),
  rows: list(record(scalar()), 'By column.'),
  count: count(),
  complete: flag('False: --limit left rows out.'),
})

/** `fairlead query`. */
export default class Query extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Ask the catalog in SQL'
  static override readonly description =
    'Tables: files, assets, problems; the view data joins them, and each specification has a view of its own. Only reading is allowed.'
  static override readonly examples = [
    '<%= config.bin %> query "select asset_path_relative, asset_error from data where not asset_valid"',
    '<%= config.bin %> query "select specification, count(*) as assets from assets group by 1" --json',
  ]
  static override readonly result = result
  static override readonly args = { SQL: Args.string({ description: 'One select statement; by default all of data' }) }
  static override readonly flags = {
    'group-by': Flags.option({ options: ['file', 'asset'] as const, default: 'file', summary: 'What a row of data is.' })(),
    limit: Flags.integer({ min: 1, summary: 'Show so many rows at most.', helpValue: 'ROWS' }),
    lines: Flags.boolean({ summary: 'One JSON object a line, as the rows come.', exclusive: ['json'] }),
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(Query)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    await using answer = await catalog.query(project, args.SQL, { signal, groupBy: flags['group-by'] })
    const { columns } = answer
    const rows: Record<string, string | number | null>[] = []
    let complete = true
    let found = 0
    for await (const row of answer.rows) {
      if (found === flags.limit) {
        complete = false
        break
      }
      found++
      if (flags.lines) process.stdout.write(`${JSON.stringify(row)}\n`)
      else rows.push(row)
    }
    if (!flags.lines) {
      if (rows.length > 0)
        this.tell(
          formatTable(
            columns,
            rows.map(row => columns.map(column => row[column] ?? '')),
          ),
        )
      this.note(`${counted(found, 'row')}${complete ? '' : ' (more with a higher --limit)'}`)
    }
    return { columns, rows, count: found, complete }
  }
}
