import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSpecificationYaml } from '@fairlead/assets'
import { beforeAll, describe, expect, test } from 'vitest'
import { built, root } from './support/build.ts'
import { place } from './support/run.ts'

beforeAll(built, 300_000)

const studio = readFileSync(join(root, 'packages/assets/test/hidebound/studio.py'), 'utf8')

describe('fairlead spec import', () => {
  test('writes YAML that can be read, and ends with 0 where everything was carried over', () => {
    using here = place()
    here.write('studio.py', studio)
    expect(here.run('spec', 'import', 'studio.py', '--output', 'specs.yaml').code).toBe(0)
    const yaml = readFileSync(join(here.folder, 'specs.yaml'), 'utf8')
    expect(parseSpecificationYaml(yaml, 'specs.yaml').map(({ name }) => name)).toEqual(['raw001', 'raw002', 'spec001', 'spec002', 'vdb001'])
    expect(here.run('spec', 'import', 'studio.py', '--output', 'specs.yaml')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--force'),
    })
  })

  test('lists what it could not carry over and ends with 1', () => {
    using here = place()
    here.write('studio.py', `${studio}\nSPECIFICATIONS.reverse()\n`)
    expect(here.run('spec', 'import', 'studio.py')).toMatchObject({ code: 1, err: expect.stringContaining('SPECIFICATIONS.reverse()') })
    const answer = here.json('spec-import', 'spec', 'import', 'studio.py')
    expect(answer.specifications).toHaveLength(5)
    expect(answer.notCarried).toMatchObject([
      { file: 'studio.py', line: studio.split('\n').length + 1, column: 1, what: 'SPECIFICATIONS.reverse()' },
    ])
  })

  test('names the place of a fault in the Python and ends with 2', () => {
    using here = place()
    here.write('broken.py', 'class Abc001(:\n')
    expect(here.run('spec', 'import', 'broken.py')).toMatchObject({ code: 2, err: expect.stringMatching(/broken\.py:1:\d+: /) })
    expect(here.run('spec', 'import', 'absent.py').code).toBe(2)
  })
})

describe('fairlead spec infer', () => {
  const names = (here: ReturnType<typeof place>): void => {
    const asset = 'tree/p-cat001_s-spec001_d-cat_v001'
    for (const frame of ['0001', '0002', '0003', '0004']) here.write(`${asset}/p-cat001_s-spec001_d-cat_v001_f${frame}.png`, '')
    here.write(`${asset}/p-cat001_s-spec001_d-Cat_v001_f0005.png`, '')
    here.write('tree/.DS_Store', '')
  }

  test('proposes YAML that can be read, with outliers on standard error', () => {
    using here = place()
    names(here)
    const { code, out, err } = here.run('spec', 'infer', 'tree')
    expect(code).toBe(0)
    expect(parseSpecificationYaml(out, 'specs.yaml')).toMatchObject([{ name: 'spec001', type: 'sequence' }])
    expect(err).toContain('legal name: p-cat001_s-spec001_d-cat_v001_f0005.png')
    expect(err).toContain('4 of 6 files follow; 1 outlier, 1 junk')
  })

  test('gives the same as JSON', () => {
    using here = place()
    names(here)
    const answer = here.json('spec-infer', 'spec', 'infer', 'tree')
    expect(answer).toMatchObject({ files: 6, following: 4, outlierCount: 1, junk: ['.DS_Store'], complete: true, reasons: { capitals: 1 } })
    expect(answer).toMatchObject({
      specifications: [{ name: 'spec001', files: 5, following: 4 }],
      text: expect.stringContaining('spec001:'),
    })
  })

  test('ends with 1 and writes nothing where no specification can be told', () => {
    using here = place()
    for (const frame of [1001, 1002, 1003]) here.write(`tree/shot010_comp_v003.${frame}.exr`, '')
    const { code, err } = here.run('spec', 'infer', 'tree', '--output', 'specs.yaml', '--name', 'plt001')
    expect(code).toBe(1)
    expect(err).toContain('s-plt001_d-shot010-comp_v003_f1001.exr')
    expect(existsSync(join(here.folder, 'specs.yaml'))).toBe(false)
    expect(here.run('spec', 'infer', 'absent').code).toBe(2)
  })
})
