import { once } from 'node:events'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, until, type Place } from './support/run.ts'

beforeAll(built, 300_000)

function example(): Place {
  const here = place()
  here.json('init', 'init', '.', '--example')
  return here
}

/** Files of the ingress that are no folders, below the project. */
function files(here: Place): readonly string[] {
  const ingress = join(here.folder, 'ingress')
  return readdirSync(ingress, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.\w+$/.test(path))
    .map(path => join(ingress, path))
}

describe('update', () => {
  test('says whether something changed, and checks everything with --full', () => {
    using here = example()
    expect(here.json('update', 'update')).toMatchObject({ changed: true, assets: 5 })
    expect(here.json('update', 'update')).toMatchObject({ assets: 5, opened: 0 })
    expect(here.json('update', 'update', '--full')).toMatchObject({ changed: true, assets: 5, opened: 0 })
  })

  test('with --asset takes only those assets into a first catalog', () => {
    using here = example()
    expect(here.json('update', 'update', '--asset', '**/*running-cat*')).toMatchObject({ assets: 1, valid: 1 })
    expect(here.json('update', 'update')).toMatchObject({ assets: 5, valid: 5 })
  })

  test('refuses a pattern that can not be used', () => {
    using here = example()
    expect(here.run('update', '--asset', '/[/')).toMatchObject({ code: 2, err: expect.stringContaining('the pattern "/[/" of assets') })
  })

  test('with --watch tells each update in one line of JSON, and ends with 0 when it is asked to', async () => {
    using here = example()
    const child = here.start('update', '--watch', '--settle', '0', '--json')
    const first = await until(child.stdout, '\n')
    expect(JSON.parse(first)).toMatchObject({ assets: 5, valid: 5 })
    const second = until(child.stdout, '\n')
    rmSync(files(here).find(path => path.includes('running-cat')) ?? '')
    expect(JSON.parse(await second)).toMatchObject({ assets: 5, checked: 3 })
    child.kill('SIGINT')
    const [status] = await once(child, 'close')
    expect(status).toBe(0)
  })
})
