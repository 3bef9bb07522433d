import { describe, expectTypeOf, test } from 'vitest'
import { secret, type Resolved, type Secret } from '../src/contract/options.ts'
import type { Client } from '../src/host/client.ts'
import { createClient, type SettingsInput } from '../src/host/application/create-client.ts'
import { memory, type memoryOptions } from './support/memory-client.ts'

type Input = SettingsInput<typeof memoryOptions>

describe('the settings of createClient', () => {
  test('are those of the option table', () => {
    expectTypeOf<keyof Input>().toEqualTypeOf<keyof typeof memoryOptions>()
    expectTypeOf<Input['root']>().toEqualTypeOf<string>()
    expectTypeOf<Input['endpoint']>().toEqualTypeOf<string | URL | undefined>()
    expectTypeOf<Input['mode']>().toEqualTypeOf<'fast' | 'safe' | undefined>()
    expectTypeOf<Input['retries']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Input['part-size']>().toEqualTypeOf<number | string | undefined>()
    expectTypeOf<Input['key']>().toEqualTypeOf<string | Secret | undefined>()
    expectTypeOf<Input['open']>().toEqualTypeOf<boolean | undefined>()
  })

  test('want what is required and nothing that is unknown', () => {
    expectTypeOf<{ root: string }>().toExtend<Input>()
    expectTypeOf<{ mode: 'fast' }>().not.toExtend<Input>()
    expectTypeOf<{ root: string; mode: 'odd' }>().not.toExtend<Input>()
    expectTypeOf(createClient<typeof memoryOptions, typeof memory.manifest.capabilities>)
      .parameter(1)
      .toEqualTypeOf<Input>()
  })

  test('give a client', () => {
    expectTypeOf(createClient(memory, { root: '/x', key: secret('hunter2') })).resolves.toEqualTypeOf<Client>()
  })

  test('reach the connection with what is required or has a default always there', () => {
    expectTypeOf<Resolved<typeof memoryOptions>['root']>().toEqualTypeOf<string>()
    expectTypeOf<Resolved<typeof memoryOptions>['endpoint']>().toEqualTypeOf<URL>()
    expectTypeOf<Resolved<typeof memoryOptions>['key']>().toEqualTypeOf<Secret | undefined>()
  })
})
