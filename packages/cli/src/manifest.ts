import { writeFileSync } from 'node:fs'
import { Plugin } from '@oclif/core/config'
import { loadConfig } from './application.ts'

/*
 * Run by the build: writes oclif.manifest.json (what help shows, without loading a command) and schemas.json (the JSON
 * Schema of each command's result) beside itself.
 */

const { pjson, root } = await loadConfig()
const plugin = new Plugin({ root, pjson, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true, name: pjson.name })
await plugin.load()

const schemas: Record<string, unknown> = {}
for (const [id, command] of Object.entries(plugin.manifest.commands)) {
  const { result, jsonLines } = command
  if (typeof result === 'object' && result !== null && 'json' in result) schemas[id] = { jsonLines: jsonLines === true, schema: result.json }
  delete command.result
}
writeFileSync(new URL('oclif.manifest.json', import.meta.url), JSON.stringify(plugin.manifest))
writeFileSync(new URL('schemas.json', import.meta.url), JSON.stringify(schemas))
