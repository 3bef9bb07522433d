import { writeFileSync } from 'node:fs'
import { specificationSchema } from '@fairlead/assets'
import { Plugin } from '@oclif/core/config'
import { topics } from './about.ts'
import { loadConfig } from './application.ts'
import { readCommandTable } from './command-table.ts'
import { errorTable } from './error-table.ts'
import { errorSchema, type Schema } from './schema.ts'

/*
 * Run by the build: writes oclif.manifest.json (what help shows, without loading a command) and reference.json (what
 * the reference documentation is made of) beside itself.
 */

const { pjson, root } = await loadConfig()
const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true, name: pjson.name })
await plugin.load()

const isSchema = (value: unknown): value is Schema<unknown> => typeof value === 'object' && value !== null && 'json' in value

const schemas: Record<string, unknown> = { error: errorSchema.json, specification: specificationSchema }
for (const [id, command] of Object.entries(plugin.manifest.commands)) {
  const { result, jsonLines } = command
  delete command.result
  if (!isSchema(result)) continue
  const note = jsonLines === true ? { $comment: 'One object a line.' } : {}
  schemas[id.replaceAll(':', '-')] = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `fairlead ${id.replaceAll(':', ' ')} --json`,
    ...note,
    ...result.json,
  }
}
const manifest = JSON.stringify(plugin.manifest)
writeFileSync(new URL('oclif.manifest.json', import.meta.url), manifest)
writeFileSync(
  new URL('reference.json', import.meta.url),
  JSON.stringify({ commands: readCommandTable(manifest), topics, schemas, errors: errorTable }),
)
