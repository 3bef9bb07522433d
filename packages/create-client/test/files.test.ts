import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { capabilityNames, generate, type Choices } from '../src/index.ts'
import { exportOf } from '../src/names.ts'
import { Refusal } from '../src/refusal.ts'
import { checkFree, writeFiles } from '../src/write-files.ts'
import { choicesOf, packedTemplate } from './support/project.ts'

const template = packedTemplate()
const work = mkdtempSync(join(tmpdir(), 'create-client-files-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

const textsOf = async (choices: Partial<Choices> = {}): Promise<ReadonlyMap<string, string>> => {
  const { directory } = choicesOf(choices)
  return new Map([...(await generate(template, choicesOf(choices)))].map(([path, text]) => [path.replace(`${directory}/`, ''), text]))
}

describe('what is generated', () => {
  test.each([
    ['the whole example', {}],
    ['nothing but authentication', { capabilities: [] }],
    ['OAuth 2', { auth: 'oauth2' }],
    ['yarn', { packageManager: 'yarn', auth: 'none', capabilities: ['read'] }],
  ] as const)('for %s names neither the made-up service nor the marks of the template', async (_what, choices) => {
    for (const [path, text] of await textsOf(choices)) {
      expect(`${path} ${text}`).not.toMatch(/shelf|@(if|else|end)\b/i)
      expect(text, path).not.toMatch(/\n{3}|[ \t]\n/)
      expect(text.endsWith('\n'), path).toBe(true)
    }
  })

  test('is a whole package', async () => {
    const texts = await textsOf()
    expect([...texts.keys()].filter(path => !/^(src|test|scripts)\//.test(path))).toEqual([
      '.changeset/config.json',
      '.changeset/first-release.md',
      '.github/workflows/ci.yml',
      '.gitignore',
      'LICENSE',
      'README.md',
      'package.json',
      'tsconfig.build.json',
      'tsconfig.json',
      'vitest.config.ts',
    ])
    expect(JSON.parse(texts.get('package.json') ?? '')).toMatchObject({
      name: 'fairlead-client-acme-store',
      files: ['dist'],
      publishConfig: { access: 'public' },
      peerDependencies: { '@fairlead/core': expect.stringMatching(/^\^\d/) },
      devDependencies: { vitest: expect.stringMatching(/^\^\d/), fairlead: expect.stringMatching(/^\^\d/) },
    })
  })

  test.each([{ title: "'+process.exit()+'" }, { scheme: "a', x: '" }, { name: 'a b' }])('is nothing at all for %j', async choices => {
    await expect(generate(template, choicesOf(choices))).rejects.toThrow(Refusal)
  })

  test('calls the client by no name that something beside it has', async () => {
    for (const [path, text] of await textsOf()) {
      if (!/\bacmeStore\b/.test(text.replaceAll(/'[^']*'/g, ''))) continue
      const imported = [...text.matchAll(/^import \{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(/[\s,]+/))
      const declared = [...text.matchAll(/\b(?:const|let|using|function|class) (\w+)/g)].map(([, name = '']) => name)
      const names = [...imported, ...declared].filter(name => /^[a-z]\w*$/.test(name) && !['type', 'acmeStore'].includes(name))
      expect(names.length, path).toBeGreaterThan(0)
      const schemes = names.map(name => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`))
      expect(names.filter((name, index) => exportOf(schemes[index] ?? '') === name)).toEqual([])
    }
  })

  test.each(capabilityNames)('declares %s and has its methods exactly when it is chosen', async name => {
    const methods = { write: ['doWrite'], list: ['doList'], read: ['doStat', 'doRead'], share: ['doShare'], remove: ['doRemove'] }[name]
    const without = await textsOf({ capabilities: capabilityNames.filter(other => other !== name) })
    const only = await textsOf({ capabilities: [name] })
    expect(without.get('src/manifest.ts')).toContain(`${name}: false,`)
    expect(only.get('src/manifest.ts')).toContain(`${name}: {`)
    for (const method of methods) {
      expect(without.get('src/connection.ts')).not.toContain(`async ${method}(`)
      expect(only.get('src/connection.ts')).toContain(`async ${method}(`)
    }
  })

  test('has the tables of its README from its manifest', async () => {
    expect((await textsOf({ auth: 'basic' })).get('README.md')).toContain('| `password` | secret | required |')
    expect((await textsOf({ capabilities: ['list'] })).get('README.md')).toMatch(/\| list \| yes .*\n.*\n\| write \| no /)
  })

  test('speaks the words of its package manager', async () => {
    const texts = await textsOf({ packageManager: 'pnpm' })
    expect(texts.get('.github/workflows/ci.yml')).toContain('pnpm install --frozen-lockfile')
    expect(texts.get('.github/workflows/ci.yml')).not.toContain('npm ci')
    expect(texts.get('README.md')).toContain('`pnpm run readme`')
    expect(texts.get('.github/workflows/ci.yml')).toContain(
      'pnpm run build\n      # Its tables are those of the manifest.\n      - run: git diff',
    )
    const withYarn = await textsOf({ packageManager: 'yarn' })
    expect(withYarn.get('.yarnrc.yml')).toContain('node-modules')
    // Without one yarn takes a folder below another project for a part of that, and refuses.
    expect(withYarn.get('yarn.lock')).toBeDefined()
  })

  test('among the plugins of the workspace takes the presets of the workspace, and tells its change there', async () => {
    const root = mkdtempSync(join(work, 'workspace-'))
    writeFileSync(join(root, 'package.json'), '{"name": "fairlead-workspace"}')
    writeFileSync(join(root, 'pnpm-workspace.yaml'), '')
    const texts = await textsOf({ directory: join(root, 'plugins', 'acme-store'), name: '@fairlead/client-acme-store' })
    expect([...texts.keys()].filter(path => !/^(src|test|scripts)\//.test(path))).toEqual([
      join(root, '.changeset/client-acme-store.md'),
      'README.md',
      'package.json',
      'tsconfig.json',
      'tsup.config.ts',
      'turbo.json',
    ])
    expect(JSON.parse(texts.get('package.json') ?? '')).toMatchObject({
      devDependencies: { '@fairlead/core': 'workspace:^', vitest: 'catalog:' },
    })
  })
})

describe('writing', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(work, 'target-'))
  })

  test('makes the folders and the files', () => {
    writeFiles(new Map([[join(folder, 'a/b/c'), 'text']]))
    expect(readFileSync(join(folder, 'a/b/c'), 'utf8')).toBe('text')
  })

  test('is refused where a folder holds something, a file lies or a link leads', () => {
    writeFileSync(join(folder, 'mine'), 'mine')
    expect(() => checkFree(folder, [join(folder, 'README.md')])).toThrow('is not empty: it contains mine')
    expect(() => checkFree(join(folder, 'mine'), [])).toThrow('is not a folder')
    symlinkSync('/nowhere', join(folder, 'link'))
    expect(() => checkFree(join(folder, 'link'), [])).toThrow('is not a folder')
    expect(() => checkFree(join(folder, 'new'), [join(folder, 'mine')])).toThrow('mine already exists')
  })

  test('a folder that holds a name which would steer the terminal is refused with that name escaped', () => {
    const folder = join(work, 'steering')
    mkdirSync(folder)
    writeFileSync(join(folder, '\u001b[2Jmine'), '')
    expect(() => checkFree(folder, [])).toThrow('it contains \\u001b[2Jmine')
  })

  test('a folder whose name is longer than names can be is refused', () => {
    expect(() => checkFree(join(work, 'x'.repeat(300)), [])).toThrow(Refusal)
  })

  test('may go into a repository that is still empty', () => {
    mkdirSync(join(folder, '.git'))
    checkFree(folder, [join(folder, 'README.md')])
  })

  test('never replaces what came in the meantime, and takes its own files back', () => {
    writeFileSync(join(folder, 'b'), 'mine')
    const files = new Map(['a', 'new/deep/x', 'b'].map(name => [join(folder, name), 'ours']))
    expect(() => writeFiles(files)).toThrow('could not be written')
    expect(readdirSync(folder)).toEqual(['b'])
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('mine')
    expect(existsSync(join(folder, 'new'))).toBe(false)
  })

  test.runIf(existsSync('/proc/self'))('into a folder of the system, which lets nothing be made in it, is refused', () => {
    expect(() => writeFiles(new Map([['/proc/new/client/README.md', 'ours']]))).toThrow('could not be written')
  })
})
