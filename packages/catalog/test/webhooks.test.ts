import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { callWebhooks, checkWebhooks, planWebhooks, webhookReportSchema, type RunReport } from '../src/index.ts'
import { failureOf, Workspace } from './support/helpers.ts'

interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

interface Server extends AsyncDisposable {
  readonly origin: string
  readonly received: readonly Received[]
}

/** A server that answers requests in turn; the last answer is repeated. */
async function serve(...answers: ReadonlyArray<(response: ServerResponse, request: IncomingMessage) => void>): Promise<Server> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      const answer = answers[Math.min(received.length, answers.length) - 1]
      if (answer === undefined) response.writeHead(200).end('ok')
      else answer(response, request)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's address is one
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end()

const report: RunReport = {
  command: 'workflow',
  success: true,
  status: 'success',
  started: '2026-01-02T03:04:05.000Z',
  finished: '2026-01-02T03:04:07.500Z',
  seconds: 2.5,
  steps: ['update', 'create', 'export'],
  failedStep: '',
  files: 27,
  assets: 5,
  valid: 3,
  invalid: 2,
  exported: 1,
  exporters: [{ connection: 'archive', ok: true, assets: 3, files: 14, bytes: 900, sent: 900, skipped: 0, error: '' }],
  errors: [],
}
const failed: RunReport = { ...report, success: false, status: 'failure', failedStep: 'export', errors: ['archive: broken'] }
const fast = { backoffMs: 1 }

function withWebhooks(space: Workspace, ...webhooks: readonly object[]) {
  return space.project(`webhooks: ${JSON.stringify(webhooks)}\n`)
}

describe('a webhook', () => {
  it('is sent with method, headers, params and json, filled in from the report', async () => {
    await using server = await serve()
    using space = new Workspace()
    const project = withWebhooks(space, {
      url: `${server.origin}/hook/{{ report.status }}`,
      method: 'PUT',
      headers: { 'X-Project': '{{ project }}', Authorization: 'Bearer ${TOKEN}' },
      params: { files: '{{ report.files }}', page: 1 },
      json: {
        valid: '{{ report.valid }}',
        text: '{{report.valid}} of {{ report.assets }}',
        steps: '{{ report.steps }}',
        who: '{{ report.exporters[0].connection }}',
        as: '\\{{ x }}',
      },
    })
    const outcomes = await callWebhooks(project, report, { environment: { TOKEN: 'hunter2' } })
    expect(outcomes).toEqual([{ webhook: 1, method: 'PUT', address: `${server.origin}/…`, ok: true, status: 200, attempts: 1 }])
    const [request] = server.received
    expect(request).toMatchObject({ method: 'PUT', url: '/hook/success?files=27&page=1' })
    expect(request?.headers).toMatchObject({ 'x-project': 'project', authorization: 'Bearer hunter2', 'content-type': 'application/json' })
    expect(JSON.parse(request?.body ?? '')).toEqual({
      valid: 3,
      text: '3 of 5',
      steps: ['update', 'create', 'export'],
      who: 'archive',
      as: '{{ x }}',
    })
  })

  it.each(['get', 'Put', 'POST', 'delete', 'patch'])('takes the method %s in any case', async method => {
    await using server = await serve()
    using space = new Workspace()
    await callWebhooks(withWebhooks(space, { url: server.origin, method }), report)
    expect(server.received[0]?.method).toBe(method.toUpperCase())
  })

  it('sends data as a form or as text', async () => {
    await using server = await serve()
    using space = new Workspace()
    const project = withWebhooks(
      space,
      { url: server.origin, data: { a: '{{ report.valid }}', b: true } },
      { url: server.origin, data: 'valid: {{ report.valid }}' },
    )
    await callWebhooks(project, report)
    expect(server.received.map(({ body }) => body)).toEqual(['a=3&b=true', 'valid: 3'])
    expect(server.received.map(({ headers }) => headers['content-type'])).toEqual([
      'application/x-www-form-urlencoded',
      'text/plain; charset=utf-8',
    ])
  })

  it('encodes what it puts into an address', async () => {
    await using server = await serve()
    using space = new Workspace()
    await callWebhooks(withWebhooks(space, { url: `${server.origin}/{{ report.started }}/x` }), { ...report, started: 'a/b?c' })
    expect(server.received[0]?.url).toBe('/a%2Fb%3Fc/x')
  })

  it('can hold a value that breaks its own text, and no more than a value', async () => {
    await using server = await serve()
    using space = new Workspace()
    const connection = '"}, "admin": "{{ report.files }} ${HOME}'
    const evil = { ...report, exporters: report.exporters.map(one => ({ ...one, connection })) }
    await callWebhooks(withWebhooks(space, { url: server.origin, json: { a: 'x {{ report.exporters[0].connection }}' } }), evil)
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual({ a: `x ${connection}` })
  })

  it.each([
    ['success', report, 1],
    ['success', failed, 0],
    ['failure', report, 0],
    ['failure', failed, 1],
    ['always', report, 1],
    ['always', failed, 1],
  ] as const)('on %s is called when it is meant', async (on, of, calls) => {
    await using server = await serve()
    using space = new Workspace()
    await callWebhooks(withWebhooks(space, { url: server.origin, on }), of)
    expect(server.received).toHaveLength(calls)
  })

  it('is called after the one before it, and also when that one failed', async () => {
    await using server = await serve(status(404), status(200))
    using space = new Workspace()
    const outcomes = await callWebhooks(withWebhooks(space, { url: `${server.origin}/a` }, { url: `${server.origin}/b` }), report, fast)
    expect(outcomes.map(({ ok, status: code }) => [ok, code])).toEqual([
      [false, 404],
      [true, 200],
    ])
    expect(server.received.map(({ url }) => url)).toEqual(['/a', '/b'])
  })
})

describe('an attempt', () => {
  it('that is answered 500 is repeated', async () => {
    await using server = await serve(status(500), status(200))
    using space = new Workspace()
    expect(await callWebhooks(withWebhooks(space, { url: server.origin }), report, fast)).toMatchObject([
      { ok: true, attempts: 2, status: 200 },
    ])
  })

  it('whose connection is dropped is repeated', async () => {
    await using server = await serve((_response, request) => request.socket.destroy(), status(200))
    using space = new Workspace()
    expect(await callWebhooks(withWebhooks(space, { url: server.origin }), report, fast)).toMatchObject([{ ok: true, attempts: 2 }])
  })

  it('that takes too long is given up', async () => {
    await using server = await serve(() => undefined)
    using space = new Workspace()
    const [outcome] = await callWebhooks(withWebhooks(space, { url: server.origin, timeout: 0.05, retries: 1 }), report, fast)
    expect(outcome).toMatchObject({ ok: false, attempts: 2, error: { code: 'timeout', retry: 'exhausted' } })
    expect(outcome?.error?.message).toContain('no response within 0.05 s')
  })

  it('that is answered too slowly to its end is given up too', async () => {
    await using server = await serve(response => void response.writeHead(200).write('a'))
    using space = new Workspace()
    // The status is all that counts: nobody waits for the rest.
    expect(await callWebhooks(withWebhooks(space, { url: server.origin, timeout: 5 }), report)).toMatchObject([{ ok: true }])
  })

  it('is repeated as often as it says, and no more', async () => {
    await using server = await serve(status(503))
    using space = new Workspace()
    const [outcome] = await callWebhooks(withWebhooks(space, { url: server.origin, retries: 2 }), report, fast)
    expect(outcome).toMatchObject({ ok: false, attempts: 3, status: 503, error: { code: 'unavailable', retry: 'exhausted' } })
    expect(server.received).toHaveLength(3)
  })

  it('waits as long as the server asks', async () => {
    await using server = await serve(status(429, { 'retry-after': '1' }), status(200))
    using space = new Workspace()
    const waits: string[] = []
    await callWebhooks(withWebhooks(space, { url: server.origin }), report, { ...fast, onRetry: message => waits.push(message) })
    expect(waits).toEqual([expect.stringContaining('again in 1.0 s')])
  })

  it('is not repeated when the server asks for more than two minutes', async () => {
    await using server = await serve(status(429, { 'retry-after': '3600' }))
    using space = new Workspace()
    expect(await callWebhooks(withWebhooks(space, { url: server.origin }), report, fast)).toMatchObject([{ ok: false, attempts: 1 }])
  })

  it('that is refused for good is not repeated', async () => {
    await using server = await serve(status(403))
    using space = new Workspace()
    expect(await callWebhooks(withWebhooks(space, { url: server.origin }), report, fast)).toMatchObject([
      { ok: false, attempts: 1, status: 403 },
    ])
  })

  it('has only the statuses for a success that are expected', async () => {
    await using server = await serve(status(204), status(302, { location: '/x' }))
    using space = new Workspace()
    const project = withWebhooks(space, { url: server.origin, expect: [200] }, { url: server.origin, expect: [302] })
    expect(await callWebhooks(project, report, fast)).toMatchObject([
      { ok: false, status: 204 },
      { ok: true, status: 302 },
    ])
  })

  it('ends with the reason of an abort', async () => {
    await using server = await serve(() => undefined)
    using space = new Workspace()
    const controller = new AbortController()
    const calling = callWebhooks(withWebhooks(space, { url: server.origin }), report, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(calling).rejects.toThrow('enough')
  })
})

describe('a redirect', () => {
  it('within the server is followed with headers and, where it says so, with the body', async () => {
    await using server = await serve(status(307, { location: '/there' }), status(200))
    using space = new Workspace()
    await callWebhooks(withWebhooks(space, { url: server.origin, headers: { 'X-Api-Key': 'k' }, data: 'x' }), report)
    expect(server.received[1]).toMatchObject({ method: 'POST', url: '/there', body: 'x', headers: { 'x-api-key': 'k' } })
  })

  it('to another server is not followed', async () => {
    await using other = await serve()
    await using server = await serve(status(307, { location: `${other.origin}/steal` }))
    using space = new Workspace()
    const [outcome] = await callWebhooks(withWebhooks(space, { url: server.origin, headers: { 'X-Api-Key': 'k' } }), report, fast)
    expect(outcome).toMatchObject({ ok: false, attempts: 1 })
    expect(outcome?.error?.message).toContain(`another server, ${other.origin}`)
    expect(other.received).toEqual([])
  })

  it('in a circle comes to an end', async () => {
    await using server = await serve(status(302, { location: '/' }))
    using space = new Workspace()
    expect((await callWebhooks(withWebhooks(space, { url: server.origin }), report, fast))[0]?.error?.message).toContain(
      'more than 5 redirects',
    )
  })
})

describe('a template', () => {
  it.each([
    ['{{ report.vald }}', 'did you mean "valid"?'],
    ['{{ reprt.valid }}', 'did you mean "report"?'],
    ['{{ report.valid.x }}', 'has nothing inside'],
    ['{{ report.exporters.connection }}', 'is a list'],
    ['{{ report.constructor }}', 'there is no "constructor"'],
    ['{{ report.__proto__.x }}', 'a placeholder is'],
    ['{{ report["valid"] }}', 'a placeholder is'],
    ['{{ 1 + 1 }}', 'a placeholder is'],
    ['{{ process.env.HOME }}', 'there is no "process"'],
    ['{{ report.valid', 'never closed'],
    ['${A-B}', 'a placeholder is ${NAME}'],
  ])('that has no value is refused when the file is read: %s', async (text, message) => {
    using space = new Workspace()
    const error = await failureOf(Promise.resolve().then(() => withWebhooks(space, { url: 'http://a.example', json: { a: [text] } })))
    expect(error.message).toContain(message)
    expect(error.message).toMatch(/fairlead\.yaml:1:\d+: /)
  })

  it('of a list that is too short is empty, and null as a whole value', async () => {
    await using server = await serve()
    using space = new Workspace()
    await callWebhooks(withWebhooks(space, { url: server.origin, json: ['{{ report.errors[3] }}', 'a{{ report.errors[3] }}'] }), report)
    expect(JSON.parse(server.received[0]?.body ?? '')).toEqual([null, 'a'])
  })

  it('whose variable is not set is told before anything is done', async () => {
    using space = new Workspace()
    const project = withWebhooks(space, { url: 'http://a.example', headers: { A: '${NOT_SET_1}' } }, { url: '${NOT_SET_2}' })
    const error = await failureOf(Promise.resolve().then(() => checkWebhooks(project, {})))
    expect(error.message).toMatch(/webhooks\[0\].*NOT_SET_1[\s\S]*webhooks\[1\].*NOT_SET_2/)
  })

  it.each([
    [{ url: '${X}' }, 'not a valid URL'],
    [{ url: 'http://a.example', headers: { A: '${X}\n' } }, 'characters that are not allowed in a header'],
    [{ url: 'http://a.example', method: 'get', json: 1 }, 'has no body'],
  ])('that makes no request is told without its values: %j', async (webhook, message) => {
    using space = new Workspace()
    const project = withWebhooks(space, webhook)
    const error = await failureOf(Promise.resolve().then(() => checkWebhooks(project, { X: 'file:hunter2' })))
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('hunter2')
  })
})

describe('what is said of a webhook', () => {
  const secrets = ['pa55word', 'path-53cret', 'query-53cret', 'header-53cret', 'cookie-53cret', 'body-53cret', 'variable-53cret']
  const webhookTo = (origin: string) => ({
    url: `${origin.replace('://', '://user:pa55word@')}/path-53cret?token=query-53cret`,
    headers: { Authorization: 'Bearer header-53cret', Cookie: 'a=cookie-53cret', 'X-Note': 'see ${V}' },
    json: {
      nested: { api_key: 'body-53cret', list: [{ password: 'body-53cret' }] },
      secret: { in: ['body-53cret'] },
      plain: 'shown',
      more: '${V}',
    },
  })

  it('before it is sent holds no secret', () => {
    using space = new Workspace()
    const text = JSON.stringify(planWebhooks(withWebhooks(space, webhookTo('https://a.example')), report, { V: 'variable-53cret' }))
    for (const secret of secrets) expect(text).not.toContain(secret)
    expect(text).toContain('shown')
    expect(text).toContain('https://a.example')
  })

  it.each([
    status(418),
    status(302, { location: '/path-53cret/more' }),
    (_response: ServerResponse, request: IncomingMessage) => request.socket.destroy(),
  ])('when it failed holds no secret (%#)', async answer => {
    await using server = await serve(answer)
    using space = new Workspace()
    const said: string[] = []
    const options = { ...fast, environment: { V: 'variable-53cret' }, onRetry: (message: string) => said.push(message) }
    const outcomes = await callWebhooks(withWebhooks(space, { ...webhookTo(server.origin), retries: 1 }), report, options)
    expect(outcomes[0]?.ok).toBe(false)
    const text = JSON.stringify([
      outcomes,
      outcomes.map(({ error }) => [error?.message, error?.hint, error?.toJSON(), String(error?.cause)]),
      said,
    ])
    for (const secret of secrets) expect(text).not.toContain(secret)
  })

  it('that nobody answers to names the server and no more', async () => {
    using space = new Workspace()
    const [outcome] = await callWebhooks(withWebhooks(space, { url: 'http://127.0.0.1:1/path-53cret', retries: 0 }), report, fast)
    expect(outcome?.error?.message).toBe('webhook 1: POST http://127.0.0.1:1/…: the connection was refused (ECONNREFUSED)')
  })
})

it('a report is what its JSON Schema says', () => {
  const validate = new Ajv2020({ strict: true }).compile(webhookReportSchema())
  expect([validate(report), validate(failed), validate({ ...report, more: 1 })]).toEqual([true, true, false])
})
