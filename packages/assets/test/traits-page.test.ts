import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { builtinTraits, columnTypes, parseSpecificationYaml, type Trait } from '@fairlead/assets'
import { expect, test } from 'vitest'

const page = readFileSync(fileURLToPath(new URL('../../../docs/traits.md', import.meta.url)), 'utf8')

test('the page lists every built-in trait with its type, unit and description', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| (\w+) \| ?(.*?) ?\| [^|]+ \| (.+) \|$/gm)].map(([, ...cells]) => cells)
  const traits: readonly (readonly [string, Trait])[] = Object.entries(builtinTraits)
  expect(rows).toEqual(traits.map(([name, { type, unit = '', description }]) => [name, type, unit, description]))
})

test('the page knows every type', () => {
  for (const type of columnTypes) expect(page).toContain(`\`${type}\``)
})

test('the example of the page is a specification', () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  expect(parseSpecificationYaml(yaml, 'example.yaml').map(({ name }) => name)).toEqual(['shot001'])
})
