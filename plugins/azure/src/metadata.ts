import { FairleadError, type WriteAttributes } from '@fairlead/core'

/** What the service keeps of metadata, names and values together. */
const maxBytes = 8192

/** Names that speak of the object itself. rclone knows the first. */
const modifiedName = 'mtime'
const sha256Name = 'fairlead_sha256'

/** Hex of the SHA-256, and what must still be so for it to speak of this content: the size, and the modification time that was written with it. */
const sha256Form = /^([0-9a-f]{64}) (\d+) ?(.*)$/

/**
 * Names that the service takes are identifiers of C#, and it can't tell case: what else a key has is written `_xHHHH_`, as .NET's
 * XmlConvert does, and so is the beginning of a name that speaks of the object itself.
 */
function toMetadataName(key: string): string {
  const taken = key === modifiedName || key === sha256Name || key === 'hdi_isfolder'
  return key.replace(taken ? /^./ : /^[0-9]|[^a-z0-9_]|_(?=x[0-9a-f]{4}_)/g, quoted)
}

function quoted(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).padStart(4, '0')}_`
}

/** The key of a name; a name that no key gives is one of another program, and stays. */
function fromMetadataName(name: string): string {
  const key = name.replace(/_x([0-9a-f]{4})_/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return key === name || (key.isWellFormed() && toMetadataName(key) === name) ? key : name
}

const encodedForm = /^=\?UTF-8\?B\?([A-Za-z0-9+/]*={0,2})\?=$/i

/** A header's value: what ASCII headers can't carry as it is goes as an encoded word (RFC 2047), and so do spaces that signing may fold. */
function toMetadataValue(value: string): string {
  const plain = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value) && !encodedForm.test(value)
  return plain ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
}

function fromMetadataValue(text: string): string {
  const encoded = encodedForm.exec(text)?.[1]
  return encoded === undefined ? text : Buffer.from(encoded, 'base64').toString()
}

/** Metadata as the service keeps it. `input-invalid` for more than it has room for. */
export function toMetadata(metadata: Readonly<Record<string, string>>, path: string): Record<string, string> {
  const raw: Record<string, string> = {}
  let bytes = 0
  for (const [key, value] of Object.entries(metadata)) {
    const [name, text] = [toMetadataName(key), toMetadataValue(value)]
    bytes += name.length + text.length
    raw[name] = text
  }
  if (bytes > maxBytes - 256)
    throw new FairleadError(
      'input-invalid',
      `the metadata of "${path}" takes ${bytes} bytes in Azure's encoding, but there is room for only ${maxBytes - 256}.`,
      {
        hint: 'Shorten it; lower-case letters, digits and "_" in keys, and ASCII in values, take the least space.',
      },
    )
  return raw
}

/** The metadata that keeps an object's modification time and SHA-256. */
export function ownMetadata({ modified, sha256 }: WriteAttributes, size: number | undefined): Record<string, string> {
  const time = modified?.toISOString()
  return {
    ...(time !== undefined && { [modifiedName]: time }),
    ...(sha256 !== undefined && size !== undefined && { [sha256Name]: `${sha256} ${size}${time === undefined ? '' : ` ${time}`}` }),
  }
}

/** What metadata says: the caller's, and the object's own as far as it is certain that it speaks of this content. */
export function fromMetadata(
  raw: Readonly<Record<string, string>>,
  size: number | undefined,
): { readonly metadata: Record<string, string>; readonly modified?: Date; readonly sha256?: string } {
  const metadata: Record<string, string> = {}
  let time: string | undefined
  let record: RegExpExecArray | null = null
  for (const [given, value] of Object.entries(raw)) {
    const name = given.toLowerCase()
    if (name === modifiedName) time = value
    else if (name === sha256Name) record = sha256Form.exec(value)
    else metadata[fromMetadataName(name)] = fromMetadataValue(value)
  }
  const modified = time === undefined ? undefined : new Date(time)
  const certain = record !== null && size !== undefined && Number(record[2]) === size && record[3] === (time ?? '')
  return {
    metadata,
    ...(modified !== undefined && !Number.isNaN(modified.getTime()) && { modified }),
    ...(certain && record?.[1] !== undefined && { sha256: record[1] }),
  }
}
