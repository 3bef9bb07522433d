import { inspect } from 'node:util'
import { errorCodes, FairleadError } from '@fairlead/core'
import { expect } from 'vitest'
import type { Bench } from '../bench.ts'
import { when, type Group } from '../case.ts'
import { collect, expectError } from '../expect-error.ts'

/** Failures: their code, their place, and what to do next. */
export const errorsGroup: Group = {
  name: 'errors',
  cases: ({ capabilities: { read, list } }) => [
    {
      name: 'makes an error of its own class of anything that may be thrown',
      run: async ({ client }) => {
        const thrown = [
          undefined,
          null,
          'text',
          42,
          {},
          { status: 'odd' },
          new Error(''),
          new AggregateError([], 'many'),
          new DOMException('dom'),
        ]
        for (const cause of thrown) {
          const error = client.connection.toError(cause, { name: 'read', path: 'some/path' })
          expect(FairleadError.is(error), `of ${inspect(cause)}`).toBe(true)
          expect(errorCodes).toContain(error.code)
          expect(error.message).not.toBe('')
        }
      },
    },
    ...when(read !== false, [
      {
        name: 'says of a missing object what, where and what to do next',
        run: async ({ client, folder }) => {
          const error = await expectError(client.readBytes(`${folder}/nothing`), 'not-found')
          expect(error).toMatchObject({ connection: client.name, operation: 'read', path: `${folder}/nothing`, retry: 'never' })
          expect(error.message).toContain('nothing')
          expect(error.hint).toBeTruthy()
        },
      },
      {
        name: 'writes a failure as JSON without its causes',
        run: async ({ client, folder }) => {
          const error = await expectError(client.stat(`${folder}/nothing`), 'not-found')
          const json: unknown = JSON.parse(JSON.stringify(error))
          expect(json).toMatchObject({ code: 'not-found', message: error.message, path: `${folder}/nothing` })
          expect(json).not.toHaveProperty('cause')
          expect(json).not.toHaveProperty('stack')
        },
      },
      ...[
        { status: 403, code: 'permission-denied' as const },
        { status: 404, code: 'not-found' as const },
      ].map(({ status, code }) => ({
        name: `says ${code} for status ${status}, at once`,
        needs: ['faults'] as const,
        run: async ({ client, faults, put, folder, capabilities, requests }: Bench) => {
          if (capabilities.write !== false) await put(`${folder}/one`, 'one')
          faults.inject({ kind: 'status', status })
          const count = await requests(async () => {
            const error = await expectError(client.readBytes(`${folder}/one`), code)
            expect(error).toMatchObject({ status, retry: 'never' })
          })
          expect(count).toBe(1)
        },
      })),
    ]),
    ...when(list !== false, [
      {
        name: 'fails with nothing but its own error class, whatever the service answers',
        needs: ['faults'],
        run: async ({ client, faults, folder }) => {
          for (const status of [400, 403, 405, 409, 418, 451]) {
            faults.inject({ kind: 'status', status })
            const failure = await collect(client.list(folder)).then(
              () => undefined,
              (cause: unknown) => cause,
            )
            expect(FairleadError.is(failure), `status ${status} gave ${String(failure)}`).toBe(true)
            if (FairleadError.is(failure)) expect(errorCodes).toContain(failure.code)
          }
        },
      },
    ]),
  ],
}
