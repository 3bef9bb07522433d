import { describe, expect, test } from 'vitest'
import type { CommandAnswer, CommandRequest, CommandsSpec } from '../src/contract/commands.ts'
import { FairleadError } from '../src/contract/errors.ts'
import { definePlugin } from '../src/contract/manifest.ts'
import { createClient } from '../src/host/application/create-client.ts'
import type { Client } from '../src/host/client.ts'
import { memory, memoryCapabilities, MemoryConnection, memoryOptions } from './support/memory-client.ts'
import { temporaryFolder } from './support/temporary.ts'

const commands = {
  lend: {
    summary: 'Lend something out',
    arguments: [
      { name: 'THING', help: 'What is lent.', required: true },
      { name: 'TO', help: 'Who gets it.' },
    ],
    flags: {
      days: { type: 'integer', help: 'How long.', default: 7, min: 1, max: 28 },
      how: { type: 'string', help: 'How it goes.', choices: ['post', 'hand'] },
      quick: { type: 'boolean', help: 'At once.' },
    },
  },
  count: { summary: 'Count what is there', repeatable: true },
} as const satisfies CommandsSpec

const { manifest } = memory

class Lending extends MemoryConnection {
  readonly asked: CommandRequest[] = []
  failures = 0
  override async doCommand(request: CommandRequest): Promise<CommandAnswer> {
    this.asked.push(request)
    if (this.failures-- > 0) throw new FairleadError('unavailable', 'closed for lunch')
    return { data: { name: request.name }, text: 'done' }
  }
}

/** A client with the commands, its connection beside it. */
async function open(): Promise<{ client: Client; connection: Lending }> {
  let connection: Lending | undefined
  const plugin = definePlugin({
    contract: 1,
    manifest: { ...manifest, commands },
    connect: async init => (connection = new Lending(init)),
  })
  const client = await createClient(
    plugin,
    { root: temporaryFolder() },
    { env: { FAIRLEAD_HOME: temporaryFolder() }, clock: { now: () => new Date(), sleep: async () => {} } },
  )
  if (connection === undefined) throw new Error('nothing was connected')
  return { client, connection }
}

describe('a command of a client', () => {
  test('gets its arguments and flags with their defaults, and gives its answer', async () => {
    const { client, connection } = await open()
    const answer = await client.command('lend', { arguments: { THING: 'hero' }, flags: { quick: true } })
    expect(answer).toEqual({ data: { name: 'lend' }, text: 'done' })
    expect(connection.asked).toEqual([{ name: 'lend', arguments: { THING: 'hero' }, flags: { days: 7, quick: true } }])
  })

  test.each([
    ['an argument is missing', {}, 'THING is missing'],
    ['there is no such argument', { arguments: { THING: 'a', FROM: 'b' } }, 'it has no FROM'],
    ['there is no such flag', { arguments: { THING: 'a' }, flags: { slow: true } }, 'it has no slow'],
    ['a number is too big', { arguments: { THING: 'a' }, flags: { days: 29 } }, '--days must be a whole number, at least 1, at most 28'],
    ['a number is a text', { arguments: { THING: 'a' }, flags: { days: '7' } }, '--days must be a whole number'],
    ['a choice is none', { arguments: { THING: 'a' }, flags: { how: 'boat' } }, '--how must be one of post, hand'],
  ])('is refused where %s', async (_what, input, message) => {
    const { client, connection } = await open()
    await expect(client.command('lend', input)).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining(message),
    })
    expect(connection.asked).toEqual([])
  })

  test('that its manifest does not declare is unsupported, and those it has are named', async () => {
    const { client } = await open()
    await expect(client.command('toString')).rejects.toMatchObject({ code: 'unsupported', hint: 'It has lend, count.' })
  })

  test('is tried again only where doing it twice does no harm', async () => {
    const { client, connection } = await open()
    connection.failures = 2
    expect((await client.command('count')).data).toEqual({ name: 'count' })
    connection.failures = 1
    await expect(client.command('lend', { arguments: { THING: 'a' } })).rejects.toMatchObject({ code: 'unavailable' })
    expect(connection.asked.map(({ name }) => name)).toEqual(['count', 'count', 'count', 'lend'])
  })
})

describe('a manifest', () => {
  test.each<readonly [what: string, wrong: CommandsSpec, message: RegExp]>([
    ['a command of an odd name', { 'Lend it': { summary: 'x' } }, /command "Lend it" must be/],
    ['a command without a summary', { lend: { summary: ' ' } }, /has no summary/],
    ['an argument in lower case', { lend: { summary: 'x', arguments: [{ name: 'thing', help: 'x' }] } }, /argument "thing"/],
    [
      'a required argument behind an optional one',
      {
        lend: {
          summary: 'x',
          arguments: [
            { name: 'A', help: 'x' },
            { name: 'B', help: 'x', required: true },
          ],
        },
      },
      /required argument/,
    ],
    ['a flag that all commands have', { lend: { summary: 'x', flags: { json: { type: 'boolean', help: 'x' } } } }, /already has --json/],
  ])('with %s is refused', (_what, wrong, message) => {
    const plugin = { contract: 1, manifest: { ...manifest, commands: wrong }, connect: memory.connect } as const
    expect(() => definePlugin(plugin)).toThrow(message)
  })

  test('with commands needs a connection that runs them, and one without needs none', async () => {
    const env = { FAIRLEAD_HOME: temporaryFolder() }
    const declares = definePlugin({
      contract: 1,
      manifest: { ...manifest, commands },
      connect: async init => new MemoryConnection(init, memoryCapabilities),
    })
    await expect(createClient(declares, { root: 'a' }, { env })).rejects.toMatchObject({ message: expect.stringContaining('doCommand') })
    const silent = definePlugin({
      contract: 1,
      manifest: { ...manifest, options: memoryOptions },
      connect: async init => new Lending(init),
    })
    await expect(createClient(silent, { root: 'a' }, { env })).rejects.toMatchObject({ message: expect.stringContaining('doCommand') })
  })
})
