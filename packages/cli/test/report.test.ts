import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { TreeBuilder } from '../src/report/tree.ts'
import { html, markdownCode } from '../src/report/escape.ts'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

function example(): Place {
  const here = place()
  here.json('init', 'init', '.', '--example', '--faulty')
  return here
}

describe('fairlead report', () => {
  test('is one page with counts, faults, legal names and pictures, that asks nobody for anything', () => {
    using here = example()
    here.run('update')
    const { file } = here.json('report', 'report')
    expect(file).toBe(join(here.folder, '.fairlead/report.html'))
    const page = readFileSync(join(here.folder, '.fairlead/report.html'), 'utf8')
    expect(page).toContain('The width is 32; it must be 64.')
    expect(page).toContain('d-<mark>R</mark>unning-Cat')
    expect(page).toContain('legal name: <code class="good">p-cat001_s-spec001_d-running-cat_v001_c0000-0005_f0002.png')
    expect(page.match(/src="data:image\/webp;base64,/g)).toHaveLength(12)
    expect(page).toContain("default-src 'none'")
    expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/)
    expect(page).not.toMatch(/ style="| on\w+="/)
  })

  test('shows hostile names and broken pictures as text', () => {
    using here = example()
    here.write('ingress/<script>alert(1)<.txt', 'x')
    here.write('ingress/"><img src=x onerror=alert(1)>.txt', 'x')
    writeFileSync(
      join(
        here.folder,
        'ingress/cat001/spec002/tabby-playing/p-cat001_s-spec002_d-tabby-playing_v002/p-cat001_s-spec002_d-tabby-playing_v002_f0001.jpg',
      ),
      'x',
    )
    here.run('update')
    here.run('report', '-o', 'page.html')
    const page = readFileSync(join(here.folder, 'page.html'), 'utf8')
    expect(page).not.toContain('<script>alert')
    expect(page).not.toContain('<img src=x')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;.txt')
    expect(page).toContain('not readable')
  })

  test('as Markdown is tables on standard output', () => {
    using here = example()
    here.run('update')
    const { out, code } = here.run('report', '--format', 'markdown')
    expect(code).toBe(0)
    expect(out).toContain('**2 valid, 3 invalid**')
    expect(out).toContain('| `spec001` | 0 | 1 | 4 |')
  })

  test('before the first update says what to run', () => {
    using here = example()
    expect(here.run('report')).toMatchObject({ code: 1, err: expect.stringContaining('fairlead update') })
  })
})

describe('the tree of a report', () => {
  test('counts all and shows what fits, the invalid first', () => {
    const builder = new TreeBuilder({ perFolder: 2, total: 6 })
    for (let index = 0; index < 10; index++) builder.add(`a/b/x${index}`, index !== 9, 1)
    builder.add('stray.txt', false, undefined)
    const tree = builder.build()
    expect(tree).toMatchObject({ valid: 9, invalid: 2 })
    const inner = tree.folders[0]?.folders[0]
    expect(inner?.leaves.map(({ name }) => name)).toEqual(['x0', 'x1', 'x9'])
    expect(inner?.left).toEqual({ folders: 0, valid: 7, invalid: 0 })
  })

  test('has no markup of names', () => {
    expect(html(`<a href='x'>&"\u001b\u202e`)).toBe('&lt;a href=&#39;x&#39;&gt;&amp;&quot;\\u001b\\u202e')
    expect(markdownCode('a`|`b\n@all')).toBe('``a`\\|`b\\u000a@all``')
  })
})
