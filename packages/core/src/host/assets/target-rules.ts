import { lstatSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { AssetFile } from '../../contract/asset.ts'
import type { PathRules } from '../../contract/capabilities.ts'
import { FairleadError } from '../../contract/errors.ts'
import { checkPaths, quotePath } from '../../contract/path-rules.ts'
import { printable } from '../../contract/reference.ts'

const windowsDevices = ['con', 'prn', 'aux', 'nul', ...Array.from({ length: 10 }, (_, digit) => [`com${digit}`, `lpt${digit}`]).flat()]

const posix: PathRules = {
  segmentBytes: 255,
  pathBytes: 4095,
  forbidden: '\0',
  reserved: [],
  case: 'sensitive',
  unicode: 'bytes',
  fileAndFolder: false,
}

/** What the file systems of a platform keep as a name, unless one is found to differ. */
function platformRules(platform: NodeJS.Platform): PathRules {
  switch (platform) {
    case 'win32':
      // https://learn.microsoft.com/windows/win32/fileio/naming-a-file
      return {
        ...posix,
        pathBytes: 32_000,
        forbidden: `\0<>:"\\|?*${String.fromCharCode(...Array.from({ length: 31 }, (_, index) => index + 1))}`,
        reserved: windowsDevices,
        case: 'preserving',
      }
    case 'darwin':
      return { ...posix, forbidden: '\0:', case: 'preserving', unicode: 'nfc' }
    default:
      return posix
  }
}

/** The rules of the file system that holds a folder (or will), found without writing: a folder that answers to its name in another case can't tell case. */
export function targetRules(folder: string, platform: NodeJS.Platform = process.platform): PathRules {
  const rules = platformRules(platform)
  return rules.case === 'sensitive' && ignoresCase(resolve(folder)) ? { ...rules, case: 'preserving', unicode: 'nfc' } : rules
}

function ignoresCase(folder: string): boolean {
  const parent = dirname(folder)
  const status = lstatSync(folder, { bigint: true, throwIfNoEntry: false })
  if (status === undefined) return parent !== folder && ignoresCase(parent)
  const name = basename(folder)
  const swapped = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase()
  if (swapped === name) return parent !== folder && lstatSync(parent, { bigint: true }).dev === status.dev && ignoresCase(parent)
  const other = lstatSync(join(parent, swapped), { bigint: true, throwIfNoEntry: false })
  return other !== undefined && other.ino === status.ino && other.dev === status.dev
}

/** Refuses (`path-invalid`), before anything is written, files of an asset that the target can't keep apart or at all. */
export function checkTarget(files: readonly AssetFile[], folder: string, rules: PathRules): void {
  for (const { path } of files) {
    if (isAllowedName(path, rules)) continue
    throw new FairleadError(
      'path-invalid',
      `The file "${printable(path)}" can't be created here: its name is not allowed on this system.`,
      {
        path,
        hint: 'Pull it on another system, or push it under another name.',
      },
    )
  }
  checkPaths(
    files.map(({ path }) => path),
    rules,
  )
  const longest = files.reduce((bytes, { path }) => Math.max(bytes, Buffer.byteLength(path)), 0)
  if (Buffer.byteLength(folder) + 1 + longest > rules.pathBytes) {
    throw new FairleadError(
      'path-invalid',
      `A path below "${printable(folder)}" would be longer than the ${rules.pathBytes} bytes that this system allows.`,
      { path: folder, hint: 'Pull into a folder closer to the root.' },
    )
  }
}

/** Whether a path can be made as it is. Where a store would quote, a disk refuses; only `%`, which quoting itself needs, is a character like any other. */
export function isAllowedName(path: string, rules: PathRules): boolean {
  const plain = path.replaceAll('%', '_')
  const trailing = rules.reserved.length > 0 && /[. ](?:\/|$)/.test(path)
  return !trailing && quotePath(plain, rules) === plain
}
