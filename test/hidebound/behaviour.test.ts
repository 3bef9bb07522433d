import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { Both, contents } from './both.ts'
import { mainTree } from './trees.ts'

/* What Hidebound got wrong and no other test shows: no Hidebound is needed. Each project is made from a configuration of its. */

const small = join(import.meta.dirname, 'small_frames.py')

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Metadata of staging by path, but for chunks, whose names have the time in them. */
function documents(both: Both): ReadonlyMap<string, string> {
  return new Map([...contents(both.staging)].filter(([path]) => !path.includes('-chunk_')))
}

it('what is staged is the same after queries by file and by asset', () => {
  using both = new Both(mainTree(), small)
  both.ours('update', '--project', both.project)
  both.ours('create', '--project', both.project)
  const before = documents(both)
  both.ours('delete', '--yes', '--project', both.project)
  for (const kind of ['file', 'asset']) both.ours('query', '--group-by', kind, '--project', both.project, '--format', 'json')
  both.ours('create', '--project', both.project)
  expect(before.size).toBeGreaterThan(28)
  expect(documents(both)).toEqual(before)
})

it('a list of exclusions that is empty, or has been converted from an empty expression, excludes nothing', () => {
  using both = new Both(mainTree(), small, { exclude_regex: '', include_regex: '' })
  expect(both.rows()).toHaveLength(27)
  expect(readFileSync(join(both.project, 'fairlead.yaml'), 'utf8')).toContain('which excluded every file in Hidebound')
})

it('an ingress whose path means something in an expression is staged under relative paths', () => {
  using both = new Both(mainTree(), small, {}, 't6+c (a|b) [x] $')
  both.ours('update', '--project', both.project)
  both.ours('create', '--project', both.project)
  const staged = [...contents(join(both.staging, 'content')).keys()]
  expect(staged).toHaveLength(14)
  expect(staged.filter(path => !/^proj001\/spec00[12]\//.test(path))).toEqual([])
})

it('a report draws assets inside of assets and files of none', () => {
  const taco = (version: string) => `p-proj001_s-spec002_d-taco_${version}`
  using both = new Both(
    {
      [`${taco('v001')}/${taco('v001')}_f0001.jpg`]: '',
      [`${taco('v001')}/${taco('v002')}/${taco('v002')}_f0001.jpg`]: '',
      'misc.txt': '',
    },
    small,
  )
  both.ours('update', '--project', both.project)
  both.ours('report', '--output', both.path('report.html'), '--project', both.project)
  const text = readFileSync(both.path('report.html'), 'utf8')
  for (const name of [taco('v001'), taco('v002'), 'misc.txt']) expect(text).toContain(name)
})

it('a module of specifications may be named like one of Node', () => {
  using both = new Both(mainTree(), small)
  const module = (name: string) =>
    `import { defineSpecification } from '@fairlead/assets'\nexport const specifications = [defineSpecification({ name: '${name}', type: 'file' })]\n`
  write(join(both.project, 'fairlead.yaml'), `ingress_directory: ${both.ingress}\nspecification_files: [fs.ts, json.ts]\n`)
  write(join(both.project, 'fs.ts'), module('file001'))
  write(join(both.project, 'json.ts'), module('json001'))
  mkdirSync(join(both.project, 'node_modules/@fairlead'), { recursive: true })
  symlinkSync(join(import.meta.dirname, '../../packages/assets'), join(both.project, 'node_modules/@fairlead/assets'))
  const listed = both.ours('spec', 'list', '--project', both.project)
  for (const name of ['file001', 'json001']) expect(listed).toContain(name)
})

it('create and delete refuse a staging folder that another program filled by moving', () => {
  using both = new Both(mainTree(), small, { write_mode: 'move' })
  const content = join(both.staging, 'content/proj001/spec003/only.png')
  write(content, 'the only copy')
  write(join(both.staging, 'metadata/asset/a.json'), '{}')
  both.ours('update', '--project', both.project)
  for (const step of [['create'], ['create', '--dry-run'], ['delete', '--yes'], ['workflow', '--yes', '--steps', 'delete']])
    expect(both.failing(...step, '--project', both.project)).toContain('may be the only copy')
  expect(readFileSync(content, 'utf8')).toBe('the only copy')
})
