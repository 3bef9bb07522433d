import { readFileSync } from 'node:fs'
import { updateReadme } from '@fairlead/testkit/readme'
import { expect, test } from 'vitest'
import { manifest } from '../src/manifest.ts'

test('the tables of the README are those of the manifest: `npm run readme` writes them', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  expect(readme).toBe(updateReadme(readme, manifest))
})
