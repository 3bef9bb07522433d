import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Capabilities, Share } from '@fairlead/core'
import { serveShares } from '@fairlead/core/host'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Case, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'
import { refused } from '../refused.ts'

const methods = ['GET', 'HEAD', 'PUT'] as const
const kinds = ['signed-url', 'public-link', 'grant'] as const

/** Links: they answer, end when they should, and are found and taken back where the service can. */
export const shareGroup: Group = {
  name: 'share',
  cases: ({ capabilities: { share, read, write, list } }) => {
    if (share === false) {
      return [
        refused('share', async ({ client }) => await client.share(':/any')),
        refused('list links', async ({ client }) => await collect(client.shares.list())),
        refused('take links back', async ({ client }) => await client.shares.revoke('any')),
      ]
    }
    const needs = write === false ? (['seed'] as const) : []
    const answers = share.targets.includes('object') && share.methods.includes('GET') && share.kinds.some(kind => kind !== 'grant')
    return [
      ...when(share.targets.includes('object'), [
        {
          name: 'makes a link that names its object and ends as asked',
          needs,
          run: async ({ client, put, folder }) => {
            await put(`${folder}/one`, 'one')
            const before = Date.now()
            const [made] = await client.share(`:/${folder}/one`, { expiresInSeconds: 60, ...ending(share) })
            expect(made).toMatchObject({ path: `${folder}/one` })
            const expires = made?.expires?.getTime() ?? 0
            expect(expires).toBeGreaterThanOrEqual(before + 60_000 - 1000)
            expect(expires).toBeLessThanOrEqual(Date.now() + 61_000)
          },
        },
        ...when(read !== false, [
          {
            name: 'says not-found for what is not there',
            run: async ({ client, folder }: Bench) => {
              await expectError(client.share(`:/${folder}/nothing`, grantee(share)), 'not-found')
            },
          },
        ]),
      ]),
      ...when(answers, answering(share, write !== false && read !== false && list !== false)),
      ...limits(share),
    ]
  },
}

type Sharing = Exclude<Capabilities['share'], false>

/** Whether the kind of link that is made unless said otherwise lasts until it is taken back. */
function lasts({ kinds, endless }: Sharing): boolean {
  return kinds.find(kind => kind !== 'grant') === 'public-link' && endless?.['public-link'] === 'always'
}

/** What makes a link of a kind that can end. */
function ending(share: Sharing): { readonly kind?: 'grant'; readonly to?: readonly string[] } {
  return lasts(share) ? { kind: 'grant', to: ['somebody@example.com'] } : grantee(share)
}

function grantee(share: Sharing): { readonly to?: readonly string[] } {
  return share.kinds.every(kind => kind === 'grant') ? { to: ['somebody@example.com'] } : {}
}

const endingLink: Case = {
  name: 'makes a link that ends',
  run: async bench => {
    const { client, put, folder } = bench
    await put(`${folder}/brief`, 'brief')
    const [made] = await client.share(`:/${folder}/brief`, { expiresInSeconds: 1 })
    const expires = made?.expires?.getTime() ?? Date.now() + 1000
    while (Date.now() <= expires + 20) await sleep(50)
    expect((await follow(bench, made)).status).toBeGreaterThanOrEqual(400)
  },
}

function answering(share: Sharing, assets: boolean): readonly Case[] {
  return [
    {
      name: 'makes a link that answers with the bytes, without any credential',
      run: async bench => {
        const { client, put, folder, harness, manifest } = bench
        await put(`${folder}/a name.txt`, 'shared bytes')
        const [made] = await client.share(`:/${folder}/a name.txt`)
        const answer = await follow(bench, made)
        expect([answer.status, await answer.text()]).toEqual([200, 'shared bytes'])
        for (const [name, option] of Object.entries(manifest.options)) {
          if (option.type === 'secret') expect(made?.url.href).not.toContain(String(harness.settings[name]))
        }
      },
    },
    {
      name: 'makes a link that reads its object and no other',
      run: async bench => {
        const { client, put, folder } = bench
        await put(`${folder}/one`, 'mine')
        await put(`${folder}/two`, 'not yours')
        const [made] = await client.share(`:/${folder}/one`)
        if (made === undefined) throw new Error('no link was made')
        const url = new URL(made.url)
        url.pathname = url.pathname.replace(/one$/, 'two')
        const answer = await follow(bench, { ...made, url })
        if (answer.ok) expect(await answer.text()).toBe('mine')
        else expect(answer.status).toBeGreaterThanOrEqual(400)
      },
    },
    ...when(!lasts(share), [endingLink]),
    ...when(share.password, [
      {
        name: 'makes a link that does not open without its password',
        run: async bench => {
          const { client, put, folder } = bench
          await put(`${folder}/locked`, 'locked bytes')
          const [made] = await client.share(`:/${folder}/locked`, { password: 'open sesame 7' })
          const answer = await follow(bench, made)
          expect(answer.status).toBeGreaterThanOrEqual(400)
          expect(await answer.text()).not.toContain('locked bytes')
          expect(made?.url.href).not.toContain('sesame')
        },
      },
    ]),
    ...when(share.list, [
      {
        name: 'lists the links that are open',
        run: async ({ client, put, folder }) => {
          await put(`${folder}/listed`, 'listed')
          const [made] = await client.share(`:/${folder}/listed`)
          const listed = await collect(client.shares.list())
          expect(listed.find(({ path }) => path === `${folder}/listed`)).toMatchObject({ id: made?.id, kind: made?.kind })
        },
      },
    ]),
    ...when(share.revoke, [
      {
        name: 'takes a link back, and leaves the others',
        run: async bench => {
          const { client, put, folder } = bench
          await put(`${folder}/one`, 'one')
          await put(`${folder}/two`, 'two')
          const [[one], [two]] = [await client.share(`:/${folder}/one`), await client.share(`:/${folder}/two`)]
          expect(one?.revocable).toBe(true)
          await client.shares.revoke(one?.id ?? '')
          expect((await follow(bench, one)).status).toBeGreaterThanOrEqual(400)
          expect((await follow(bench, two)).status).toBe(200)
          if (share.list) expect((await collect(client.shares.list())).map(({ id }) => id)).not.toContain(one?.id)
        },
      },
      {
        name: 'says not-found for a link that is not there',
        run: async ({ client }) => {
          await expectError(client.shares.revoke('no-such-link'), 'not-found')
        },
      },
    ]),
    ...when(assets, [
      {
        name: 'shares an asset by its reference',
        run: async bench => {
          const { client, collection, scratch } = bench
          writeFileSync(join(scratch, 'data.txt'), 'asset bytes')
          await client.push(join(scratch, 'data.txt'), `${collection}/data:v1`)
          const [made] = await client.share(`${collection}/data:v1`)
          expect(await (await follow(bench, made)).text()).toBe('asset bytes')
        },
      },
    ]),
  ]
}

function limits(share: Sharing): readonly Case[] {
  return [
    ...methods
      .filter(method => !share.methods.includes(method))
      .map(method => refused(`make a link for ${method}`, async ({ client }) => await client.share(':/any', { method }))),
    ...kinds
      .filter(kind => !share.kinds.includes(kind))
      .map(kind =>
        refused(
          `share by ${kind}`,
          async ({ client }) => await client.share(':/any', { kind, ...(kind === 'grant' && { to: ['x@example.com'] }) }),
        ),
      ),
    ...when(share.endless?.['public-link'] === 'always', [
      refused(
        'make a public-link that ends by itself',
        async ({ client }) => await client.share(':/any', { kind: 'public-link', expiresInSeconds: 60 }),
      ),
    ]),
    ...when(!share.password, [
      refused('protect a link with a password', async ({ client }) => await client.share(':/any', { password: 'x' })),
    ]),
    ...when(!share.list, [refused('list links', async ({ client }) => await collect(client.shares.list()))]),
    ...when(!share.revoke, [refused('take a link back', async ({ client }) => await client.shares.revoke('any'))]),
    ...when(share.maxExpirySeconds !== undefined, [
      {
        name: 'refuses a link that lasts longer than the service grants, without a request',
        run: async ({ client, requests }) => {
          const options = { expiresInSeconds: (share.maxExpirySeconds ?? 0) + 1, ...ending(share) }
          expect(await requests(async () => await expectError(client.share(':/any', options), 'input-invalid'))).toBe(0)
        },
      },
    ]),
  ]
}

/** Follows a link as anybody would; where the host answers for the service, it is served for that one request. */
async function follow({ client, capabilities }: Bench, made: Share | undefined): Promise<Response> {
  if (made === undefined) throw new Error('no link was made')
  if (capabilities.share === false || capabilities.share.served !== true) return await fetch(made.url)
  await using server = await serveShares(client)
  const answer = await fetch(new URL(made.url.pathname + made.url.search, server.url))
  const body = await answer.arrayBuffer()
  return new Response(body, { status: answer.status, headers: answer.headers })
}
