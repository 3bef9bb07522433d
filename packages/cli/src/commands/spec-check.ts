import { relative } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { printable } from '@fairlead/core'
import { ProjectCommand, projectFlags } from '../project-command.ts'
import { count, list, object, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'

const finding = object({ line: count('From 1.'), column: count('From 1.'), message: text() })
const result = object({
  files: list(
    object({
      file: text(),
      specifications: list(text(), 'Names of what it defines.'),
      faults: list(finding),
      warnings: list(finding, 'What is legal but probably a mistake.'),
    }),
  ),
})

/** `fairlead spec check`. */
export default class SpecCheck extends ProjectCommand<Infer<typeof result>> {
  static override readonly summary = 'Check specification files'
  static override readonly description = `Reports every error as file:line:column, and warns about rules that no file can meet and patterns whose running time is unbounded. Without FILE, checks the files of the project. Modules (TypeScript, JavaScript) are executed.
Exit code 2: there are errors, or, with --strict, warnings.`
  static override readonly examples = ['<%= config.bin %> spec check', '<%= config.bin %> spec check specifications/spec001.yaml --strict']
  static override readonly strict = false
  static override readonly result = result
  static override readonly args = { FILE: Args.string({ description: 'YAML files, modules, or folders that contain them' }) }
  static override readonly flags = { strict: Flags.boolean({ summary: 'Treat warnings as errors.' }), ...projectFlags }

  async run(): Promise<Infer<typeof result>> {
    const { argv, flags } = await this.parse(SpecCheck)
    const files = await this.check(argv.map(String), flags.project)
    for (const { file, faults, warnings } of files) {
      const place = printable(relative(process.cwd(), file), Infinity)
      const found = [
        ...faults.map(one => ({ ...one, kind: styled('red', 'error') })),
        ...warnings.map(one => ({ ...one, kind: styled('yellow', 'warning') })),
      ].toSorted((a, b) => a.line - b.line || a.column - b.column)
      for (const { line, column, kind, message } of found) this.tell(`${place}:${line}:${column}: ${kind}: ${printable(message, 2000)}`)
    }
    const faults = files.flatMap(file => file.faults).length
    const warnings = files.flatMap(file => file.warnings).length
    const specifications = files.flatMap(file => file.specifications).length
    this.say(
      files.length === 0
        ? 'The project has no specifications. To propose one from the files in the ingress: fairlead spec infer DIR'
        : `${counted(specifications, 'specification')} in ${counted(files.length, 'file')}: ${counted(faults, 'error')}, ${counted(warnings, 'warning')}`,
    )
    if (faults > 0 || (flags.strict && warnings > 0)) this.code = 2
    return { files }
  }

  /** Files that are named need no project. */
  private async check(paths: readonly string[], from: string | undefined): Promise<Infer<typeof result>['files']> {
    if (paths.length > 0) {
      const catalog = await import('@fairlead/catalog')
      return catalog.checkSpecificationFiles(paths)
    }
    const { catalog, project } = await this.open(from)
    return catalog.checkSpecificationFiles(catalog.projectSpecificationFiles(project))
  }
}
