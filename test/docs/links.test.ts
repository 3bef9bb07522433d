import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deadLinks } from '@fairlead/tools/links'
import { expect, test } from 'vitest'

test('a link to a page, a section or a file that is not there is found, in prose only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-links-'))
  try {
    mkdirSync(join(folder, 'docs'))
    writeFileSync(join(folder, 'docs', 'b.md'), '# The B\n\n## Some `code`, twice\n')
    const links = [
      '[good](docs/b.md) [section](docs/b.md#some-code-twice) [elsewhere](https://example.com/x) [folder](docs) [here](#a)',
      '[page](docs/c.md) [part](docs/b.md#none) <img src="docs/d.svg">',
      '`[code](docs/e.md)`',
      '```md\n[code](docs/f.md)\n```',
    ]
    writeFileSync(join(folder, 'a.md'), `# A\n\n${links.join('\n\n')}\n`)
    expect(deadLinks(folder)).toEqual([
      'a.md: docs/c.md: there is no docs/c.md',
      'a.md: docs/b.md#none: docs/b.md has no such section',
      'a.md: docs/d.svg: there is no docs/d.svg',
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
