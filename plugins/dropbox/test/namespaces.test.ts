import { bytesSource } from '@fairlead/core'
import { expectError } from '@fairlead/testkit'
import { describe, expect, test } from 'vitest'
import { newFolderOf } from './team.ts'
import { callsOf, collect, startPlace, text } from './support.ts'

describe('the space of a team', () => {
  test('has the own folder and team folders, asked for once by its root', async () => {
    const place = await startPlace()
    place.server.account.joinTeam('77', 'Studio', '88')
    const [home, root] = [await place.connect(), await place.connect({ namespace: 'root' })]
    await home.write('mine', bytesSource('mine'))
    await root.write('Studio/ours', bytesSource('ours'))
    expect((await collect(home.list('', { recursive: true }))).map(({ path }) => path)).toEqual(['mine'])
    expect((await collect(root.list('', { recursive: true }))).map(({ path }) => path).toSorted()).toEqual(['Ann/mine', 'Studio/ours'])
    expect(callsOf(place, 'users/get_current_account')).toBe(1)
  })

  test('has its team folders as namespaces of their own', async () => {
    const place = await startPlace()
    place.server.account.joinTeam('77', 'Studio', '88')
    const studio = await place.connect({ namespace: '88' })
    await studio.write('ours', bytesSource('ours'))
    const root = await place.connect({ namespace: 'root' })
    expect(text((await root.readBytes('Studio/ours')).bytes)).toBe('ours')
    const [made] = await studio.share(':/ours')
    expect(await (await fetch(made?.url ?? '')).text()).toBe('ours')
  })

  test('is found again when the team replaced its root', async () => {
    const place = await startPlace()
    const { account } = place.server
    account.joinTeam('77', 'Studio', '88')
    const root = await place.connect({ namespace: 'root' })
    await root.write('Studio/ours', bytesSource('ours'))
    newFolderOf(account, '77', '99')
    expect(text((await root.readBytes('Studio/ours')).bytes)).toBe('ours')
  })

  test('of another team is refused, with what to do', async () => {
    const client = await (await startPlace()).connect({ namespace: '12345' })
    const refusal = await expectError(client.stat('a'), 'permission-denied')
    expect(refusal.hint).toContain('fairlead client set dropbox namespace=home')
  })
})

describe('the token of a team', () => {
  test('acts for the member of the settings, without property groups', async () => {
    const place = await startPlace()
    const member = place.server.account.teamMemberId
    const client = await place.connect({ 'team-member': member })
    await client.write('a', bytesSource('a'), { contentType: 'text/x-note' })
    expect(text((await client.readBytes('a')).bytes)).toBe('a')
    await expectError(client.write('b', bytesSource('b'), { metadata: { note: 'b' } }), 'unsupported')
    const stranger = await place.connect({ 'team-member': 'dbmid:nobody' })
    const refusal = await expectError(stranger.stat('a'), 'config-invalid')
    expect(refusal.hint).toContain('team-member')
  })
})
