// Writes the generated tables of README.md from the manifest.
import { readFileSync, writeFileSync } from 'node:fs'
import { updateReadme } from '@fairlead/testkit/readme'
import { manifest } from '../src/manifest.ts'

const file = new URL('../README.md', import.meta.url)
writeFileSync(file, updateReadme(readFileSync(file, 'utf8'), manifest))
