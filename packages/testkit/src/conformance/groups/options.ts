import { inspect } from 'node:util'
import { expect } from 'vitest'
import { when, type Case, type Group } from '../case.ts'
import { expectError } from '../expect-error.ts'

/** The settings: what is missing, unknown or malformed is refused by name, before any request. */
export const optionsGroup: Group = {
  name: 'options',
  cases: ({ options }) => {
    const named = (wanted: (option: (typeof options)[string]) => boolean): string[] =>
      Object.entries(options)
        .filter(([, option]) => wanted(option))
        .map(([name]) => name)
    const required = named(option => 'required' in option && option.required === true)
    const secrets = named(option => option.type === 'secret')
    const malformed = named(
      ({ type }) => type === 'url' || type === 'integer' || type === 'bytes' || type === 'seconds' || type === 'boolean',
    )
    return [
      {
        name: 'connects with its settings',
        run: async ({ client, manifest }) => {
          expect(client.manifest).toBe(manifest)
          expect(client.connection.settings).toBeTypeOf('object')
        },
      },
      ...required.map(withoutRequired),
      ...malformed.map(withMalformed),
      {
        name: 'refuses a setting it does not know, and names it',
        run: async ({ connect, harness }) => {
          const error = await expectError(connect({ settings: { ...harness.settings, 'no-such-setting': 'x' } }), 'config-invalid')
          expect(`${error.message} ${error.hint ?? ''}`).toContain('no-such-setting')
        },
      },
      ...when(secrets.length > 0, [
        {
          name: 'shows secrets as [secret] however its settings are printed',
          run: async ({ client, harness }) => {
            const settings = client.connection.settings
            const texts = [
              JSON.stringify(settings),
              inspect(settings, { depth: 9, showHidden: true }),
              ...secrets.map(name => String(Reflect.get(settings, name))),
            ]
            for (const name of secrets) {
              const value = harness.settings[name]
              if (value !== undefined) for (const text of texts) expect(text).not.toContain(value)
            }
            expect(inspect(settings)).toContain('[secret]')
          },
        },
      ]),
    ]
  },
}

function withoutRequired(key: string): Case {
  return {
    name: `refuses to connect without "${key}", and names it`,
    run: async ({ connect, harness, requests }) => {
      const settings = Object.fromEntries(Object.entries(harness.settings).filter(([name]) => name !== key))
      const count = await requests(async () => {
        const error = await expectError(connect({ settings }), 'config-invalid')
        expect(`${error.message} ${error.hint ?? ''}`).toContain(key)
      })
      expect(count).toBe(0)
    },
  }
}

function withMalformed(key: string): Case {
  return {
    name: `refuses a "${key}" of another form, and names it`,
    run: async ({ connect, harness }) => {
      const error = await expectError(connect({ settings: { ...harness.settings, [key]: 'no such thing' } }), 'config-invalid')
      expect(error.message).toContain(key)
    },
  }
}
