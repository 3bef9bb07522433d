import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSpecificationYaml, ruleNames, validateAsset, type TraitValue } from '@fairlead/assets'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(join(root, 'docs/specifications.md'), 'utf8')

/** The cells of the rows of every table with that head. */
function rowsOf(head: string): string[][] {
  const parts = page.split(`${head}\n`).slice(1)
  return parts.flatMap(after => {
    const lines = after.split('\n').slice(1)
    const end = lines.findIndex(line => !line.startsWith('|'))
    const rows = end < 0 ? lines.filter(line => line !== '') : lines.slice(0, end)
    return rows.map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map(cell => cell.trim()),
    )
  })
}

const codes = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** What the files of an asset have where the rule of the page fails. */
const failing: Readonly<Record<string, readonly (TraitValue | undefined)[]>> = {
  required: [undefined],
  eq: [4],
  in: [4],
  lt: [100],
  lte: [100],
  gt: [0],
  gte: [0],
  matches: ['dog'],
  attributeOf: ['mov'],
  legal: ['x1'],
  homogeneous: [4, 4, 5],
  noMissingValues: [1, 3],
  uniformCoordinateCount: [[0, 0], [0, 0], [0, 1]],
  denseCoordinates: [[0, 0], [1, 1]],
  coordinatesBeginAt: [[0, 5]],
} // prettier-ignore

const rules = rowsOf('| rule | example | message where it fails |')

test('the page tells every rule', () => {
  const told = [...rules, ...rowsOf('| rule | holds |')].flatMap(([name = '']) => codes(name))
  expect(new Set(told)).toEqual(new Set(ruleNames))
})

const checked = Object.keys(failing).map(rule => [rule, rules.find(([name = '']) => name === `\`${rule}\``) ?? []] as const)

test.each(checked)('the example of %s gives the message of the page', (rule, [, example = '', message = '']) => {
  const [, subject = '', body = ''] = /^(\w+): (.*)$/.exec(codes(example)[0] ?? '') ?? []
  // A trait of another name takes the place of the field or trait, so that any value may stand in it.
  const text = `name: abc001\ntype: complex\nroot: { depth: 1 }\nfilenameFields: [project, specification, frame]\ntraits: { value: ${
    /Coordinate|coordinate/.test(rule) ? 'list' : typeof failing[rule]?.[0] === 'string' ? 'text' : 'number'
  } }\nrules: { value: ${body} }\n`
  const trait = (type: 'text' | 'integer' | 'integers') => ({ type, description: 'Anything.', measure: () => undefined })
  const [specification] = parseSpecificationYaml(text, 'page', { list: trait('integers'), text: trait('text'), number: trait('integer') })
  expect(specification).toBeDefined()
  if (specification === undefined) return
  const files = (failing[rule] ?? []).map((value, index) => {
    const name = `p-cat001_s-abc001_f000${index}`
    const traits: Record<string, TraitValue> = value === undefined ? {} : { value }
    return { path: `p-cat001_s-abc001/${name}`, parsed: specification.filenameGrammar.parse(name), traits }
  })
  const told = validateAsset(specification, files).problems.map(problem => problem.message.replace(/^The value /, `The ${subject} `))
  expect(told).toEqual([message])
})

/** All sources of the packages in one text. */
function sources(): string {
  const texts: string[] = []
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name, 'src')
    for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (path.endsWith('.ts')) texts.push(readFileSync(join(folder, path), 'utf8'))
  }
  return texts.join('\n')
}

test('the page says of every validator of Hidebound where it went, and what it names is in our code', () => {
  const rows = rowsOf('| Hidebound | ours | what differs |')
  expect(rows).toHaveLength(32)
  const code = sources()
  for (const [validator = '', ours = ''] of rows) {
    const names = codes(ours)
    expect(names, validator).not.toEqual([])
    for (const name of names) expect(new RegExp(`\\b${name}\\b`).test(code), `${validator}: ${name}`).toBe(true)
  }
})

test('the YAML of the page is read as it stands', () => {
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text)
  expect(blocks.map(text => parseSpecificationYaml(text, 'page').map(({ name }) => name))).toEqual([['raw001'], ['scn001']])
})
