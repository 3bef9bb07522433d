import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { inferSpecifications, outlierReasons, type Inference, type Listing, type Listings, type Outlier } from '@fairlead/assets'
import { printable } from '@fairlead/core'
import { BaseCommand } from '../base-command.ts'
import { usageError } from '../exit.ts'
import { forceFlag } from '../flags.ts'
import { imageTraits } from '../image-traits.ts'
import { anything, count, flag, list, object, oneOf, optional, record, text, type Infer } from '../schema.ts'
import { counted } from '../text.ts'
import { writeProposal } from '../write-proposal.ts'

const result = object({
  files: count('All files in the tree, including junk.'),
  following: count('Files that follow a proposed specification: a legal name, allowed by its rules, in the directory of their asset.'),
  specifications: list(
    object({
      name: text(),
      type: oneOf(['file', 'sequence', 'complex']),
      filenameFields: list(text()),
      assetNameFields: list(text()),
      traits: record(text()),
      rules: record(record(anything()), 'By field or trait.'),
      root: optional(anything('{"depth"} or {"pattern"}, of a complex asset.')),
      files: count('Files that seem to belong to it.'),
      following: count(),
      axes: list(count(), 'How many numbers coordinates have.'),
    }),
  ),
  outliers: list(
    object({
      path: text('Relative to the folder.'),
      reason: oneOf(outlierReasons),
      specification: optional(text('The proposed specification that it is compared with.')),
      field: optional(text()),
      position: optional(count('0-based, in the last segment of the path.')),
      message: text(),
      legalName: optional(text('What the last segment of the path should be.')),
    }),
  ),
  outlierCount: count(),
  reasons: record(count(), 'Outliers by reason.'),
  junk: list(text(), 'Hidden files and files left behind by operating systems.'),
  junkCount: count(),
  complete: flag('False: there are more outliers or junk files than are listed; see --all.'),
  foreign: list(
    object({
      pattern: text('The shape of the names: separators, and tokens by number.'),
      files: count(),
      example: text(),
      tokens: list(
        object({
          position: count('From 1.'),
          separator: text('What comes before it.'),
          distinct: count('Different texts, up to 100.'),
          more: flag('Whether there are more.'),
          examples: list(text()),
          looksLike: optional(oneOf(['version', 'frame', 'number', 'extension'])),
        }),
      ),
      rename: optional(object({ template: text(), fields: list(text()), example: text() })),
      note: text(),
    }),
    'Names in another convention, by shape.',
  ),
  unread: list(text(), 'Folders and files that could not be read and were not counted.'),
  file: optional(text('The file that was written.')),
  text: optional(text('The YAML, without --output.')),
})

const systemCode = (cause: unknown): string | undefined =>
  cause instanceof Error && 'syscall' in cause && 'code' in cause ? String(cause.code) : undefined

/** What `read` gives; undefined where the system refuses, which `refused` is told. */
function unlessRefused<T>(read: () => T, refused: (code: string) => void): T | undefined {
  try {
    return read()
  } catch (cause) {
    const code = systemCode(cause)
    if (code === undefined) throw cause
    refused(code)
    return undefined
  }
}

/** Folders in the order of their names; symlinks are not followed. What can't be read goes to `unread`, with the reason. */
function* walk(root: string, unread: Map<string, string>): Generator<Listing> {
  const open = ['']
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const at = folder
    const names: string[] = []
    const folders: string[] = []
    const entries = unlessRefused(
      () => readdirSync(join(root, at), { withFileTypes: true }),
      code => unread.set(at, code),
    )
    for (const entry of entries ?? []) {
      if (entry.isDirectory()) folders.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
      else if (entry.isFile()) names.push(entry.name)
    }
    open.push(...folders.sort().reverse())
    if (names.length > 0) yield { folder, names: names.sort() }
  }
}

const scalars = (traits: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(traits).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [[name, value] as const] : [],
    ),
  )

const shownOfEach = 5

function outlierLines(outliers: readonly Outlier[], inference: Inference, most: number): readonly string[] {
  return [...inference.reasons]
    .toSorted(([, a], [, b]) => b - a)
    .flatMap(([reason, total]) => {
      const listed = outliers.filter(one => one.reason === reason).slice(0, most)
      const lines = listed.map(
        ({ path, message, legalName }) =>
          `  ${printable(path, Infinity)}\n    ${printable(message, Infinity)}${legalName === undefined ? '' : `\n    legal name: ${legalName}`}`,
      )
      return [`${reason}: ${total}`, ...lines, ...(total > listed.length ? [`  … and ${total - listed.length} more`] : [])]
    })
}

/** `fairlead spec infer`. */
export default class SpecInfer extends BaseCommand<Infer<typeof result>> {
  static override readonly summary = 'Propose specifications from the file names in a tree'
  static override readonly description = `Prints, as YAML, the fields that most names have, in order, what makes up an asset, and rules that always hold. Also lists the names that do not follow them, by reason, and describes names in other conventions. Changes nothing.
Exit code 1: no specification could be inferred.`
  static override readonly examples = [
    '<%= config.bin %> spec infer projects',
    '<%= config.bin %> spec infer projects --traits --output specifications.yaml',
  ]
  static override readonly result = result
  static override readonly args = { DIR: Args.string({ required: true, description: 'The root of the tree' }) }
  static override readonly flags = {
    name: Flags.string({ summary: 'Propose only this specification; also used for names in another convention.', helpValue: 'spec001' }),
    output: Flags.string({ char: 'o', summary: 'The file to write the YAML to. Default: standard output.', helpValue: 'FILE.yaml' }),
    traits: Flags.boolean({ summary: 'Read image headers, and propose width, height and channels too.' }),
    all: Flags.boolean({ summary: `Show every outlier, not only the first ${shownOfEach} of each reason.` }),
    ...forceFlag('Replace the --output file if it exists.'),
  }

  async run(): Promise<Infer<typeof result>> {
    const { args, flags } = await this.parse(SpecInfer)
    if (statSync(args.DIR, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw usageError(`There is no folder ${args.DIR}.`, 'Give the root of the tree.')
    const unread = new Map<string, string>()
    const listings: Listings = () => walk(args.DIR, unread)
    const traitsOf = (path: string) =>
      unlessRefused(
        () => scalars(imageTraits(join(args.DIR, path))),
        code => unread.set(path, code),
      ) ?? {}
    const found = inferSpecifications(listings, {
      ...(flags.name !== undefined && { name: flags.name }),
      ...(flags.all && { limit: Infinity }),
      ...(flags.traits && { measure: traitsOf }),
    })
    if (found.specifications.length === 0) this.code = 1
    else if (flags.output === undefined) this.tell(found.yaml)
    else writeProposal(flags.output, found.yaml, flags.force)
    for (const line of outlierLines(found.outliers, found, flags.all ? Infinity : shownOfEach)) this.note(line)
    for (const { example, files, pattern, rename, note } of found.foreign) {
      const mapping = rename === undefined ? '' : `\n  would be ${rename.template}, such as ${rename.example}`
      this.note(
        `another convention, ${counted(files, 'file')}: ${printable(pattern, Infinity)}, such as ${printable(example, Infinity)}${mapping}\n  ${note}`,
      )
    }
    for (const [path, code] of unread) this.note(`could not be read (${code}) and was not counted: ${printable(path, Infinity)}`)
    const junk = found.junkCount === 0 ? '' : `, ${found.junkCount} junk`
    this.note(`${found.following} of ${counted(found.files, 'file')} follow; ${counted(found.outlierCount, 'outlier')}${junk}`)
    if (flags.output !== undefined && found.specifications.length > 0) this.next('spec', 'check', flags.output)
    const { outliers, junk: junkFiles, reasons, yaml: _, specifications, ...counts } = found
    return {
      ...counts,
      specifications: specifications.map(({ specification, files, following, axes }) => ({ ...specification, files, following, axes })),
      outliers,
      reasons: Object.fromEntries(reasons),
      junk: junkFiles,
      unread: [...unread.keys()],
      complete: outliers.length === found.outlierCount && junkFiles.length === found.junkCount,
      ...(found.specifications.length > 0 && (flags.output === undefined ? { text: found.yaml } : { file: flags.output })),
    }
  }
}
