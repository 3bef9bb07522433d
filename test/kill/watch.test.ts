import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { storeOf } from './operations-store.ts'
import { makePlace } from './place.ts'
import { absent, Progress, type Sight } from './watch.ts'
import { watchAssets } from './watch-assets.ts'
import { watchFolders } from './watch-folders.ts'
import { watchStaging } from './watch-staging.ts'

const sight = (state: string): Sight => ({ states: new Map([['it', state]]), problems: [] })
const none: Sight = { states: new Map(), problems: [] }

describe('what a reader sees', () => {
  test('goes forward only, through no state but the allowed ones', () => {
    const progress = new Progress(sight('old'), [absent], sight('new'))
    expect(progress.problemsOf(sight('old'))).toEqual([])
    expect(progress.problemsOf(none)).toEqual([])
    expect(progress.problemsOf(sight('half'))).toEqual(['it is half where only absent, new may be'])
    expect(progress.problemsOf(sight('new'))).toEqual([])
    expect(progress.problemsOf(sight('old'))).toEqual(['it is old where only new may be'])
    expect(progress.unfinished(sight('old'))).toEqual(['it is old in the end, not new'])
  })

  test('of a thing that the command leaves alone is always the same', () => {
    expect(new Progress(sight('one'), [absent], sight('one')).problemsOf(none)).toEqual(['it is absent where only one may be'])
  })

  test('of an asset with a missing file is that it is not whole', async () => {
    using place = makePlace()
    place.write('source/a.txt', 'a', 10)
    await using client = await storeOf(place)
    const { digest } = await client.push(place.source, 'cats/a:v1')
    await using watch = await watchAssets(place.store, place.readerHome, ['cats/a:v1', 'cats/a:v2'], true)
    expect(await watch.look(false)).toEqual({
      states: new Map([
        ['cats/a:v1', digest],
        ['cats/a:v2', absent],
      ]),
      problems: [],
    })
    rmSync(join(place.store, 'assets'), { recursive: true })
    expect((await watch.look(false)).problems).toEqual(['cats/a:v1 resolves, and is not whole: "a.txt": missing'])
  })

  test('of a folder tells every change in it', async () => {
    using place = makePlace()
    place.write('destination/a.txt', 'a', 10)
    const watch = watchFolders([place.destination])
    const before = await watch.look(true)
    expect(await watch.look(true)).toEqual(before)
    writeFileSync(join(place.destination, 'a.txt'), 'b')
    expect(await watch.look(true)).not.toEqual(before)
  })

  test('of a staged asset without its content is a problem', async () => {
    using place = makePlace()
    const manifest = { type: 'file', files: [{ path: 'a.txt', sha256: '' }], provenance: { source: 'cats/a.txt' } }
    place.write('staging/manifest/id.json', 'x', 0)
    writeFileSync(join(place.folder, 'staging/manifest/id.json'), JSON.stringify(manifest))
    const { problems } = await watchStaging(join(place.folder, 'staging')).look(true)
    expect(problems).toEqual([expect.stringMatching(/^manifest\/id\.json is there, and ".*content\/cats\/a\.txt" is not$/)])
  })
})
