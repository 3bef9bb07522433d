// Writes dist/fairlead.manifest.json, by which the command line knows the client without running its code.
import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { manifest } from '../src/manifest.ts'

const text = JSON.stringify(manifest, undefined, 2)
if (!isDeepStrictEqual(JSON.parse(text), manifest))
  throw new Error('src/manifest.ts holds more than pure data: JSON must be able to hold it')
writeFileSync(new URL('../dist/fairlead.manifest.json', import.meta.url), `${text}\n`)
