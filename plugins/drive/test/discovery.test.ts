import { driveInMemory, type DriveInMemory } from '@fairlead/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { discovery } from './setups.ts'

async function ask(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly server: DriveInMemory; readonly answer: unknown; readonly status: number }> {
  const server = await driveInMemory({ discovery })
  onTestFinished(async () => await server[Symbol.asyncDispose]())
  const headers = {
    authorization: `Bearer ${server.tokens.access({ email: server.email })}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await fetch(new URL(path, server.url), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await response.text()
  return { server, status: response.status, answer: text === '' ? undefined : JSON.parse(text) }
}

describe('the Drive in memory, held against the description of Google', () => {
  test.each([
    ['a method that there is not', 'GET', '/drive/v3/nothing', undefined, 'is no method'],
    ['a parameter that there is not', 'GET', '/drive/v3/files?page=1', undefined, 'no parameter "page"'],
    ['a parameter of another type', 'GET', '/drive/v3/files?pageSize=many', undefined, 'no integer'],
    ['a parameter beyond its limits', 'GET', '/drive/v3/files?pageSize=1001', undefined, 'not from 1 to 1000'],
    ['a boolean that is none', 'GET', '/drive/v3/files?supportsAllDrives=yes', undefined, 'no boolean'],
    ['a parameter that is not to be used any more', 'GET', '/drive/v3/files?corpus=user', undefined, 'deprecated'],
    ['a field that there is not', 'POST', '/drive/v3/files', { title: 'x' }, 'no property "title"'],
    ['a field of another type', 'POST', '/drive/v3/files', { name: 1 }, 'no string'],
    ['a time that is none', 'POST', '/drive/v3/files', { modifiedTime: 'today' }, 'no date-time'],
    ['a body where none is taken', 'DELETE', '/drive/v3/files/x', { a: 1 }, 'takes no body'],
  ])('%s is noted', async (_what, method, path, body, problem) => {
    const { server } = await ask(method, path, body)
    expect(server.problems.join('\n')).toContain(problem)
  })

  test('nothing is noted where all is as it is described', async () => {
    const { server, status } = await ask('POST', '/drive/v3/files?fields=*', { name: 'x', appProperties: { a: 'b' } })
    expect([status, server.problems]).toEqual([200, []])
  })

  test('only the fields are told that were asked for', async () => {
    const { answer } = await ask('POST', '/drive/v3/files?fields=id,capabilities(canEdit),owners/emailAddress', { name: 'x' })
    expect(answer).toEqual({ id: expect.any(String), capabilities: { canEdit: true }, owners: [{ emailAddress: 'ann@example.com' }] })
  })

  test('without fields a few are told', async () => {
    const { answer } = await ask('POST', '/drive/v3/files', { name: 'x' })
    expect(Object.keys(answer ?? {}).toSorted()).toEqual(['id', 'kind', 'mimeType', 'name'])
  })

  test('pairs of appProperties have their limits', async () => {
    expect((await ask('POST', '/drive/v3/files', { name: 'x', appProperties: { key: 'v'.repeat(122) } })).status).toBe(400)
    const many = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`k${index}`, 'v']))
    expect((await ask('POST', '/drive/v3/files', { name: 'x', appProperties: many })).status).toBe(400)
  })

  test.each([
    "name = 'a'",
    "(name contains 'a' or 'root' in parents) and not trashed = true",
    "appProperties has { key='a' and value='b' }",
  ])('reads the query %s', async q => {
    expect((await ask('GET', `/drive/v3/files?q=${encodeURIComponent(q)}`)).status).toBe(200)
  })

  test.each(['name', "name = 'a", 'size > 1', "name = 'a' and", "'a' in owners2"])('refuses the query %s', async q => {
    expect((await ask('GET', `/drive/v3/files?q=${encodeURIComponent(q)}`)).status).toBe(400)
  })

  test('errors are as Google writes them', async () => {
    const { answer } = await ask('GET', '/drive/v3/files/nothing')
    expect(answer).toEqual({
      error: {
        code: 404,
        message: 'File not found: nothing.',
        errors: [
          { message: 'File not found: nothing.', domain: 'global', reason: 'notFound', location: 'fileId', locationType: 'parameter' },
        ],
      },
    })
  })
})
