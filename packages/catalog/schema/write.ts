// npm run schema: writes the published JSON Schemas from the tables they are made of.
import { writeFileSync } from 'node:fs'
import { publishedSchemas } from '../src/config/published.ts'

for (const [name, text] of Object.entries(publishedSchemas())) writeFileSync(new URL(name, import.meta.url), text)
