import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '@fairlead/core/host'
import { configSchema } from './published.ts'

const file = 'fairlead.schema.json'

/** The line of a project file by which editors with the YAML language server find its JSON Schema, without any network. */
export const editorSchemaLine = `# yaml-language-server: $schema=./.fairlead/${file}\n`

/** Puts the JSON Schema where {@link editorSchemaLine} says, in place of an older one. */
export function writeEditorSchema(folder: string): void {
  const state = join(folder, '.fairlead')
  makeFolder(state)
  writeFileSync(join(state, file), `${JSON.stringify(configSchema(), undefined, 2)}\n`)
}
