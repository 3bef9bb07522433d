import { FairleadError } from '../../contract/errors.ts'
import type { FileWindow } from './file-window.ts'
import { readSif, type SifObject } from './sif.ts'
import { readSquashfs, type Squashfs } from './squashfs.ts'
import { UnreadableCompression } from './squashfs-blocks.ts'

/** What a Singularity image says about itself. */
export interface SifMetadata {
  /** Of the SIF specification. */
  readonly version: string
  readonly architecture?: string
  readonly labels: Readonly<Record<string, string>>
  /** The definition file it was built from. */
  readonly definition?: string
  /** Each environment script by its path in the image, in the order in which they run. */
  readonly environment: Readonly<Record<string, string>>
  readonly runscript?: string
}

const maxTextBytes = 1024 * 1024
/** Over everything: thousands of descriptors may point at the same bytes. */
const maxTotalBytes = 16 * 1024 * 1024
const maxScripts = 64
const maxScriptBytes = 128 * 1024
const maxNotes = 20

interface Found {
  bytes: number
  labels: Record<string, string>
  definition?: string
  environment: Record<string, string>
  runscript?: string
}

/** What Singularity keeps for its own `inspect`: name and place of the fields in the JSON object of that name. */
const inspectObject = 'inspect-metadata.json'

/**
 * Reads a Singularity image without Singularity: data objects first, then the files below `/.singularity.d` of the
 * primary partition for what they lack. `notes` gets a sentence for each thing that is there but can't be read.
 * `input-invalid` when header or descriptors are damaged.
 */
export function readSifMetadata(file: FileWindow, notes: string[]): SifMetadata {
  const image = readSif(file)
  const found: Found = { bytes: 0, labels: {}, environment: {} }
  for (const object of image.objects) noting(notes, () => fromObject(object, found))
  const partitions = image.objects.filter(({ type }) => type === 'partition')
  const system = partitions.find(({ primary }) => primary)
  if (system === undefined) notes.push('not readable: the image has no primary system partition')
  else if (system.fileSystem !== 'squashfs')
    notes.push(`not readable: the system partition is ${system.fileSystem ?? 'other'}, not squashfs`)
  else noting(notes, () => fromPartition(readSquashfs(system.data), found, notes))
  notes.splice(maxNotes)
  const { bytes: _bytes, ...rest } = found
  return { version: image.version, ...(image.architecture !== undefined && { architecture: image.architecture }), ...rest }
}

/** One damaged or foreign object must not hide the others. */
function noting(notes: string[], read: () => void): void {
  try {
    read()
  } catch (cause) {
    if (cause instanceof UnreadableCompression) notes.push(`not readable: compression ${cause.message}`)
    else if (FairleadError.is(cause, 'input-invalid')) notes.push(`not readable: ${cause.message}`)
    else throw cause
  }
}

function fromObject(object: SifObject, found: Found): void {
  switch (object.type) {
    case 'definition':
      found.definition ??= objectText(object, found)
      break
    case 'labels':
      found.labels = { ...labelsIn(objectText(object, found), 'the labels object'), ...found.labels }
      break
    case 'environment':
      found.environment = { ...found.environment, [object.name === '' ? 'environment' : object.name]: objectText(object, found) }
      break
    case 'json':
      if (object.name === inspectObject) fromInspect(objectText(object, found), found)
      break
    default:
  }
}

/** `{"data": {"attributes": {"labels", "deffile", "runscript", "environment"}}}`, all of them optional. */
function fromInspect(json: string, found: Found): void {
  const attributes = field(field(parseJson(json, inspectObject), 'data'), 'attributes')
  const [definition, runscript] = [field(attributes, 'deffile'), field(attributes, 'runscript')]
  found.labels = { ...texts(field(attributes, 'labels')), ...found.labels }
  found.environment = { ...texts(field(attributes, 'environment')), ...found.environment }
  if (typeof definition === 'string') found.definition ??= definition
  if (typeof runscript === 'string') found.runscript ??= runscript
}

function objectText(object: SifObject, found: Found): string {
  if (object.data.size > maxTextBytes) {
    throw new FairleadError('input-invalid', `the ${object.type} object has ${object.data.size} bytes, more than ${maxTextBytes}`)
  }
  found.bytes += object.data.size
  if (found.bytes > maxTotalBytes)
    throw new FairleadError('input-invalid', `the data objects have more than ${maxTotalBytes} bytes together`)
  return object.data.read(0, object.data.size, `the ${object.type} object`).toString('utf8').replace(/\0+$/, '')
}

function fromPartition(image: Squashfs, found: Found, notes: string[]): void {
  const text = (path: string, maxBytes = maxTextBytes) => image.file(path, maxBytes)?.toString('utf8')
  noting(notes, () => {
    const labels = text('.singularity.d/labels.json')
    if (labels !== undefined) found.labels = { ...labelsIn(labels, '/.singularity.d/labels.json'), ...found.labels }
  })
  noting(notes, () => {
    const definition = found.definition ?? text('.singularity.d/Singularity')
    if (definition !== undefined) found.definition = definition
  })
  noting(notes, () => {
    const runscript = found.runscript ?? text('.singularity.d/runscript')
    if (runscript !== undefined) found.runscript = runscript
  })
  noting(notes, () => {
    const scripts = image
      .names('.singularity.d/env')
      .filter(name => name.endsWith('.sh'))
      .sort()
    if (scripts.length > maxScripts)
      notes.push(`not readable: only the first ${maxScripts} of ${scripts.length} environment scripts are shown`)
    for (const name of scripts.slice(0, maxScripts)) {
      const script = text(`.singularity.d/env/${name}`, maxScriptBytes)
      if (script !== undefined) found.environment = { ...found.environment, [`/.singularity.d/env/${name}`]: script }
    }
  })
}

function labelsIn(json: string, what: string): Record<string, string> {
  const value = parseJson(json, what)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FairleadError('input-invalid', `${what} is not a JSON object`)
  return texts(value)
}

function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new FairleadError('input-invalid', `${what} is not JSON`, { cause })
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, typeof text === 'string' ? text : JSON.stringify(text)]))
}
