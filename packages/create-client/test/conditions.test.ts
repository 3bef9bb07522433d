import { describe, expect, test } from 'vitest'
import { applyConditions } from '../src/conditions.ts'
import { tidy } from '../src/tidy.ts'

const apply = (text: string, ...flags: readonly string[]): string => applyConditions(text, new Set(flags))

describe('a condition', () => {
  const block = 'a\n  // @if list\n  one()\n  // @else\n  // two()\n  // @end\nb'

  test('keeps what is wanted', () => {
    expect(apply(block, 'list')).toBe('a\n  one()\nb')
  })

  test('keeps the other branch, which stands in comments', () => {
    expect(apply(block)).toBe('a\n  two()\nb')
  })

  test('leaves real comments as they are', () => {
    expect(apply('// @if list\n// why\none()\n// @end\n// @if !list\n// // why not\n//\n// @end', 'list')).toBe('// why\none()')
    expect(apply('// @if !list\n// // why not\n//\n// two()\n// @end')).toBe('// why not\n\ntwo()')
  })

  test('may stand at the end of a line', () => {
    const text = 'import {\n  a,\n  b, // @if list|read\n} from "x"'
    expect(apply(text, 'read')).toBe('import {\n  a,\n  b,\n} from "x"')
    expect(apply(text)).toBe('import {\n  a,\n} from "x"')
  })

  test.each([
    ['a', true],
    ['b', false],
    ['!a', false],
    ['b|a', true],
    ['a&b', false],
    ['a&!b', true],
    ['b|a&c', true],
  ])('%s is told by the flags a and c', (condition, holds) => {
    expect(apply(`// @if ${condition}\nx()\n// @end`, 'a', 'c')).toBe(holds ? 'x()' : '')
  })

  test('may stand in another one', () => {
    const text = '// @if a\none()\n// @if b\ntwo()\n// @else\n// three()\n// @end\n// @end\nfour()'
    expect(apply(text)).toBe('four()')
    expect(apply(text, 'a')).toBe('one()\nthree()\nfour()')
    expect(apply(text, 'a', 'b')).toBe('one()\ntwo()\nfour()')
  })

  test('stands in Markdown and YAML too', () => {
    expect(apply('<!-- @if a -->\nx\n<!-- @end -->\n      # @if b\n- y\n      # @end', 'a')).toBe('x')
  })

  test.each(['// @if a', '// @end', '// @else', '// @if a\n// @else\n// @else\n// @end'])(
    'that does not fit together is refused: %s',
    text => {
      expect(() => apply(text)).toThrow('the template has an @')
    },
  )
})

describe('code of which lines were taken out', () => {
  test('has its imports in one line where they fit', () => {
    expect(tidy("import {\n  a,\n  type B,\n} from 'x'\n")).toBe("import { a, type B } from 'x'\n")
    const long = `import {\n  ${'a'.repeat(80)},\n  ${'b'.repeat(80)},\n} from 'x'\n`
    expect(tidy(long)).toBe(long)
  })

  test('has no import of nothing, and no empty lines that nobody wrote', () => {
    expect(tidy("import {\n} from 'x'\nimport {\n  a,\n} from 'y'\n\n\n\nf() {\n  a\n\n}\n\n")).toBe(
      "import { a } from 'y'\n\nf() {\n  a\n}\n",
    )
  })
})
