import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseArguments } from '../src/arguments.ts'
import { generate } from '../src/index.ts'
import { choicesOf, packedTemplate } from './support/project.ts'

const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'writing-a-client.md'), 'utf8')
const choices = choicesOf({ scheme: 'acme', name: 'fairlead-client-acme', title: 'Acme' })
const files = await generate(packedTemplate(), choices)
const blocks = (language: string): readonly string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text)

describe('the guide', () => {
  const excerpts = blocks('ts').map(text => {
    const [first = '', ...lines] = text.split('\n')
    return { file: first.replace('// ', ''), code: lines.join('\n').trimEnd() }
  })

  test('shows code', () => {
    expect(excerpts.length).toBeGreaterThan(6)
  })

  test.each(excerpts)('shows $file as the example has it', ({ file, code }) => {
    expect(files.get(join(choices.directory, file))).toContain(code)
  })

  test('makes a client with flags that there are', () => {
    const lines = blocks('sh').flatMap(text => text.split('\n').filter(line => line.startsWith('npm create @fairlead/client')))
    expect(lines).toHaveLength(2)
    for (const line of lines)
      parseArguments(
        line
          .replace(/^npm create @fairlead\/client( -- )?/, '')
          .split(' ')
          .filter(word => word !== ''),
      )
  })

  test('names scripts that a new client has', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(files.get(join(choices.directory, 'package.json')) ?? '')
    const named = [...guide.matchAll(/npm run ([a-z:-]+)/g)].map(([, name = '']) => name)
    expect(named.filter(name => !(name in scripts))).toEqual([])
  })

  test('names files that a new client has', () => {
    const rows = [...guide.matchAll(/^\| (`(?:src|test|scripts)\/[^|]*) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)])
    expect(rows.length).toBeGreaterThan(8)
    for (const [, name = ''] of rows) {
      const path = join(choices.directory, name)
      expect(
        [...files.keys()].some(file => file === path || file.startsWith(path.replace(/\/$/, '') + '/')),
        name,
      ).toBe(true)
    }
  })
})
