import { mkdirSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { FairleadError } from '@fairlead/core'
import { formatBytes, writeOutputFile } from '@fairlead/core/host'
import * as Flags from '@oclif/core/flags'
import { usageError } from '../exit.ts'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, object, oneOf, optional, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'

const formats = ['html', 'markdown'] as const

const result = object({
  format: oneOf(formats),
  file: optional(text('Absent if the report went to standard output.')),
  bytes: count(),
  files: count(),
  assets: count(),
  valid: count('Assets.'),
  invalid: count('Assets.'),
  unassigned: count('Files that belong to no asset.'),
  text: optional(text('The report, if it was not written to a file.')),
})

const listedProblems = 500

/** `fairlead report`. */
export default class Report extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Report on the catalog as an HTML page, or as Markdown for a merge request'
  static override readonly description =
    'Shows counts, errors by kind and specification, the tree, frames, and every problem with its location and legal name. The page is self-contained and makes no requests.'
  static override readonly examples = ['<%= config.bin %> report --open', '<%= config.bin %> report --format markdown > report.md']
  static override readonly result = result
  static override readonly flags = {
    open: Flags.boolean({ summary: 'Open the page in the default browser.' }),
    format: Flags.option({ options: formats, summary: 'The report format. Default: from the extension of --output, or html.' })(),
    output: Flags.string({
      char: 'o',
      summary: 'The file to write. Default: .fairlead/report.html in the project, or standard output for Markdown.',
      helpValue: 'FILE',
    }),
    pictures: Flags.integer({ min: 0, max: 200, default: 12, summary: 'The number of assets to show frames of.', helpValue: 'ASSETS' }),
    ...projectFlags,
  }

  async run(): Promise<Infer<typeof result>> {
    const { flags } = await this.parse(Report)
    const { signal } = this
    const { catalog, project } = await this.open(flags.project)
    const ending = extname(flags.output ?? '').toLowerCase()
    const format = flags.format ?? (['.md', '.markdown'].includes(ending) ? 'markdown' : 'html')
    if (flags.open && format !== 'html') throw usageError('Only the HTML report can be opened.', 'Leave --open or --format out.')
    const { collectReport } = await import('../report/collect.ts')
    const report = await collectReport(catalog, project, {
      pictures: format === 'html' ? flags.pictures : 0,
      problems: listedProblems,
      signal,
    })
    const page =
      format === 'html'
        ? (await import('../report/html.ts')).htmlReport(report, new Date())
        : (await import('../report/markdown.ts')).markdownReport(report)
    const { files, assets, valid, invalid, unassigned } = report.counts
    const outcome = { format, bytes: Buffer.byteLength(page), files, assets, valid, invalid, unassigned }
    if (flags.output === undefined && format === 'markdown') {
      this.tell(page)
      return { ...outcome, text: page }
    }
    const file = resolve(flags.output ?? join(project.folder, '.fairlead', 'report.html'))
    if (flags.output === undefined) mkdirSync(dirname(file), { recursive: true })
    writePage(file, page)
    this.say(`${counted(assets, 'asset')}, ${valid} valid, ${invalid} invalid: ${file} (${formatBytes(outcome.bytes)})`)
    if (!flags.open && format === 'html' && flags.output === undefined) this.next('report', '--open', ...this.here(flags.project))
    if (flags.open) {
      const { openInBrowser } = await import('../open-in-browser.ts')
      if (!(await openInBrowser(file))) this.note(`No browser could be opened. Open the file yourself: ${file}`)
    }
    return { ...outcome, file }
  }
}

function writePage(file: string, page: string): void {
  try {
    writeOutputFile(file, page)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new FairleadError('path-invalid', `${file} can't be written: ${code === 'EISDIR' ? 'it is a folder' : code}`, {
      path: file,
      hint: 'Give a file in an existing folder.',
      cause,
    })
  }
}
