import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './page.ts'

const page = readFileSync(join(root, 'docs', 'reference', 'commands.md'), 'utf8')
const [intro = '', ...sections] = page.split(/^## fairlead /m)

const flagsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^\| `([^`]+)` \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/(?:^|, )(--?[a-z][a-z-]*)/g)].map(([, flag = '']) => flag),
  )
const everywhere = flagsIn(intro)

/** The flags of each command, by its words. */
const flags = new Map(
  sections.map(section => [section.slice(0, section.indexOf('\n')), new Set([...everywhere, ...flagsIn(section)])] as const),
)
/** The commands of all examples: those that lie between pipes, and in one another, too. */
const examples = sections.flatMap(section =>
  [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.split('\n').filter(line => line.startsWith('fairlead '))),
)

test('the reference has examples', () => {
  expect(examples.length).toBeGreaterThan(60)
})

test('every example of the reference is of a command that there is, with flags that it has', () => {
  const problems = examples.flatMap(example => {
    // What is quoted is no flag.
    const words =
      example
        .replaceAll(/'[^']*'|"[^"]*"/g, 'TEXT')
        .split(/\s+[|>]\s*/)[0]
        ?.split(/\s+/)
        .slice(1) ?? []
    const bare = words[0] === 'local' ? words.slice(1) : words
    const name = [bare.slice(0, 2).join(' '), bare[0] ?? ''].find(one => flags.has(one))
    if (name === undefined) return [`${example}: there is no such command`]
    return bare
      .filter(word => /^--?[a-z]/.test(word))
      .map(word => (word.split('=')[0] ?? word).replace(/^--no-/, '--'))
      .filter(word => flags.get(name)?.has(word) !== true)
      .map(word => `${example}: ${name} has no ${word}`)
  })
  expect(problems).toEqual([])
})
