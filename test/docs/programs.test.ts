import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fileName, pages, root } from './page.ts'
import { linkPackages } from './walk.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-docs-types-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every program of the documentation is right by its types', () => {
  linkPackages(folder)
  mkdirSync(join(folder, 'node_modules', '@types'))
  symlinkSync(
    dirname(createRequire(join(root, 'package.json')).resolve('@types/node/package.json')),
    join(folder, 'node_modules', '@types', 'node'),
  )
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
  // What imports nothing is a part of a program, which is tested where that is.
  const programs = pages().flatMap(({ path, blocks }) =>
    blocks
      .filter(({ language, illustration, excerpt }) => language === 'ts' && illustration === undefined && excerpt === undefined)
      .filter(block => `${block.given}${block.text}`.startsWith('import ') || fileName(block) !== undefined)
      .map(block => {
        const page = path.replaceAll(/\W+/g, '-')
        return { file: join(page, fileName(block) ?? `${block.line}.ts`), text: `${block.given}\n${block.text}` }
      }),
  )
  for (const { file, text } of programs) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    customConditions: ['@fairlead/source'],
    allowImportingTsExtensions: true,
    strict: true,
    // The sources of the packages are held to it, whatever a program that installs them is.
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: programs.map(({ file }) => file) }))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
}, 240_000)
