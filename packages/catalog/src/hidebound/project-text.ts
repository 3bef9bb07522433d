import { stringify } from 'yaml'
import { editorSchemaLine } from '../config/editor-schema.ts'
import type { ConvertedConfig } from './convert.ts'
import type { ConversionNote } from './notes.ts'

/** The keys of ours that notes about keys of Hidebound belong to. */
const ours: Readonly<Record<string, string>> = { include_regex: 'include', exclude_regex: 'exclude', dask: 'engine' }

const words: Readonly<Record<ConversionNote['kind'], string>> = { changed: 'Changed', 'left-out': 'Left out', 'to-do': 'To do' }

/** One line of a comment, whatever the text holds: what ends a line, or moves the cursor, is written as an escape. */
function comment(text: string): string {
  const line = text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    found => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
  return `# ${line}\n`
}

function noteLines(notes: readonly ConversionNote[]): string {
  return notes.map(({ key, kind, message }) => comment(`${words[kind]}: ${key}: ${message}`)).join('')
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** The project file of a conversion: each key behind what is to be said of it. */
export function convertedText({ values, notes, commands }: ConvertedConfig, source: string): string {
  const keyOf = ({ key }: ConversionNote): string => {
    const top = /^[^.[]*/.exec(key)?.[0] ?? key
    return ours[top] ?? top
  }
  const entries = Object.entries(values)
  const told = new Set(entries.map(([key]) => key))
  const others = notes.filter(note => !told.has(keyOf(note)))
  const keys = entries.map(([key, value]) => {
    const run = key === 'exporters' ? commands.map(command => comment(`  ${command.map(shellWord).join(' ')}`)).join('') : ''
    const text = stringify({ [key]: value }, { lineWidth: 0, aliasDuplicateObjects: false })
    return `\n${noteLines(notes.filter(note => keyOf(note) === key))}${run}${text}`
  })
  const end = others.length === 0 ? '' : `\n# What else was in the configuration:\n${noteLines(others)}`
  return `${editorSchemaLine}${comment(`Made from ${source}, a configuration of Hidebound.`)}# Paths are relative to this file. All keys: fairlead config show --defaults\n${keys.join('')}${end}`
}
