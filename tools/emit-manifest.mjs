// Writes dist/fairlead.manifest.json of the plugin in the working directory from its built dist/manifest.js.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'

const module = await import(pathToFileURL(resolve('dist/manifest.js')).href)
if (module.manifest === undefined) throw new Error('src/manifest.ts exports no `manifest`: export the plugin manifest under that name')
const text = JSON.stringify(module.manifest, undefined, 2)
// What JSON cannot hold (a function, a Date, undefined) would be lost in silence.
if (!isDeepStrictEqual(JSON.parse(text), module.manifest))
  throw new Error('the manifest in src/manifest.ts is not pure data: it may hold only what JSON can hold')
writeFileSync('dist/fairlead.manifest.json', `${text}\n`)
