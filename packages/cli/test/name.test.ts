import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

const asset = 'p-cat001_s-spec001_d-running-cat_v001'

function project(files: readonly string[]): Place {
  const here = place()
  here.write(
    'fairlead.yaml',
    `ingress_directory: ingress
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
`,
  )
  for (const file of files) here.write(`ingress/${file}`, file)
  here.run('update')
  return here
}

const names = (here: Place) => readdirSync(join(here.folder, 'ingress', asset)).toSorted()

describe('fairlead name fix', () => {
  test('shows the plan, does it, lists it and takes it back', () => {
    using here = project([`${asset}/${asset}_f1.png`])
    const { code, out } = here.run('name', 'fix')
    expect(code).toBe(0)
    expect(out.split('\n').slice(0, 3)).toEqual([`${asset}/`, `    ${asset}_f1.png`, `  → ${asset}_f0001.png`])
    expect(out).toMatch(/next: fairlead name fix --apply\n$/)
    expect(names(here)).toEqual([`${asset}_f1.png`])
    expect(here.json('name-fix', 'name', 'fix')).toMatchObject({ renames: [{ kind: 'file', to: `${asset}/${asset}_f0001.png` }] })
    expect(here.json('name-fix', 'name', 'fix', '--apply', '--update').fix).toMatchObject({ state: 'applied', renames: 1 })
    expect(here.json('update', 'update')).toMatchObject({ valid: 1, invalid: 0 })
    expect(here.json('name-fix', 'name', 'fix', '--undo').fix).toMatchObject({ state: 'undone' })
    expect(names(here)).toEqual([`${asset}_f1.png`])
    expect(here.json('name-fix', 'name', 'fix', '--list').fixes).toMatchObject([{ state: 'undone' }])
  })

  test('ends with 1 when a name was refused, and keeps to what was named', () => {
    using here = project([`${asset}/${asset}_f1.png`, `${asset}/${asset}_f01.png`, `${asset}/${asset}_f2.png`])
    expect(here.run('name', 'fix', '--apply', join('ingress', asset, `${asset}_f1.png`)).out).toContain('renamed 1 name')
    expect(here.run('name', 'fix', '--apply').code).toBe(1)
    here.run('update')
    const { code, out } = here.run('name', 'fix', '--apply', '--asset', '**/*_f0*.png')
    expect(code).toBe(1)
    expect(out).toContain('the name is taken')
    expect(names(here)).toEqual([`${asset}_f0001.png`, `${asset}_f01.png`, `${asset}_f2.png`])
  })

  test('refuses paths outside of the ingress', () => {
    using here = project([])
    expect(here.run('name', 'fix', '..')).toMatchObject({ code: 2, err: expect.stringContaining('is not in the ingress') })
  })
})

describe('fairlead name lint', () => {
  test('puts a caret below what it warns of and ends with 0, or with 1 when it is to be strict', () => {
    using here = place()
    const name = 'p-cat001_s-spec001_d-running-cat-final_v001'
    const { code, out } = here.run('name', 'lint', name)
    expect(code).toBe(0)
    const [, shown = '', caret = '', better = ''] = out.split('\n')
    expect(shown.slice(caret.indexOf('^'))).toBe('final_v001')
    expect(better).toContain(asset)
    expect(here.run('name', 'lint', name, '--strict').code).toBe(1)
    expect(here.run('name', 'lint', name, '--strict', '--allow', 'final').code).toBe(0)
  })

  test('reads names from standard input', () => {
    using here = place()
    const { out } = here.feed(`${asset}\np-cat001_s-spec001_d-123_v001\nmisc.txt\n`, 'name', 'lint', '-', '--json')
    expect(JSON.parse(out)).toMatchObject({ checked: 3, warnings: 2, names: [{ legal: true }, { name: 'misc.txt', legal: false }] })
  })

  test('checks all names of a project', () => {
    using here = project([
      `${asset}/${asset}_f0001.png`,
      `${asset.replace('running', 'runing')}/${asset.replace('running', 'runing')}_f0001.png`,
    ])
    expect(here.json('name-lint', 'name', 'lint').names).toMatchObject([
      { assets: 1, findings: [{ rule: 'near-duplicate', suggestion: expect.any(String) }] },
    ])
  })
})

describe('fairlead name next', () => {
  test('tells the next version in the project and on a connection, and makes its folder', () => {
    using here = project([`${asset}/${asset}_f0001.png`])
    expect(here.json('name-next', 'name', 'next', 'cat001/spec001/running-cat')).toMatchObject({ version: 2, versions: [1], gaps: [] })
    here.run('push', join('ingress', asset), 'cat001/spec001/running-cat:v004')
    expect(here.run('name', 'next', asset, '--client', 'local').out).toMatch(
      /^p-cat001_s-spec001_d-running-cat_v005\n.*\n.*v002 to v003\n$/,
    )
    expect(here.json('name-next', 'name', 'next', asset, '--mkdir').made).toBe(asset.replace('v001', 'v002'))
    expect(existsSync(join(here.folder, 'ingress', asset.replace('v001', 'v002')))).toBe(true)
    expect(here.run('name', 'next', 'bananas').code).toBe(2)
  })
})
