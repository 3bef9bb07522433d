import type { CommandSpec } from '@fairlead/core'
import { expect } from 'vitest'
import { when, type Case, type Group } from '../case.ts'
import { expectError } from '../expect-error.ts'
import { expectNoSecrets } from '../expect-no-secrets.ts'
import { refused } from '../refused.ts'

/** Commands of its own. Those are run that anybody may run at any time: repeatable ones that need no word. */
export const commandsGroup: Group = {
  name: 'commands',
  cases: ({ commands = {} }) => [
    refused('run a command', ({ client }) => client.command('no-such-command')),
    ...Object.entries(commands).flatMap(([name, spec]) => casesOf(name, spec)),
  ],
}

function casesOf(name: string, spec: CommandSpec): readonly Case[] {
  const needed = neededBy(spec)
  return when(
    needed.length > 0,
    [
      {
        name: `refuses "${name}" without ${needed.join(' and ')}, without a request`,
        run: async ({ client, requests }) => {
          const count = await requests(async () => {
            expect((await expectError(client.command(name), 'input-invalid')).message).toContain(needed[0])
          })
          expect(count).toBe(0)
        },
      },
    ],
    when(spec.repeatable === true, [
      {
        name: `answers "${name}" with what JSON can hold, and shows no secret`,
        run: async bench => {
          const { data, text } = await bench.client.command(name)
          const json = JSON.stringify(data)
          expect(JSON.parse(json)).toEqual(data)
          expectNoSecrets(bench, `${json} ${text ?? ''}`, 'the answer')
        },
      },
      {
        name: `repeats "${name}" when the service could not answer just now`,
        needs: ['faults'],
        run: async ({ client, faults }) => {
          const { data } = await client.command(name)
          faults.inject({ kind: 'status', status: 503 })
          expect((await client.command(name)).data).toEqual(data)
        },
      },
    ]),
  )
}

/** The arguments and flags that a command does not do without, as people write them. */
function neededBy({ arguments: words = [], flags = {} }: CommandSpec): readonly string[] {
  const needed = Object.entries(flags).filter(([, flag]) => flag.type !== 'boolean' && flag.required === true && flag.default === undefined)
  return [...words.filter(({ required }) => required === true).map(({ name }) => name), ...needed.map(([name]) => `--${name}`)]
}
