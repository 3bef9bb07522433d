import { readdirSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { update } from '../src/index.ts'
import { testSpecifications, Workspace } from './support/helpers.ts'

const isUnfinished = (name: string) => name.startsWith('unfinished-')

describe('an update that does not come to its end', () => {
  it('leaves nothing of its own, and takes away what a killed one left', async () => {
    using space = new Workspace()
    const project = space.project(testSpecifications)
    const old = space.write('project/.fairlead/catalog/unfinished-1-old.sqlite', 'x')
    utimesSync(old, 1000, 1000)
    const stop = new AbortController()
    const during: string[][] = []
    const stopped = update(project, {
      signal: stop.signal,
      onEvent: () => {
        during.push(readdirSync(project.catalogFolder).filter(isUnfinished))
        stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
    expect(during[0]).toHaveLength(1)
    expect(during[0]).not.toContain('unfinished-1-old.sqlite')
    expect(readdirSync(project.catalogFolder)).toEqual([])
  })
})
