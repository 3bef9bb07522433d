import { createHttp } from '@fairlead/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Chunks } from '../../src/http/direct/chunks.ts'
import { readHead } from '../../src/http/direct/response-head.ts'
import { failureOf, scripted, taken } from './scripted.ts'

const head = (text: string) => () => readHead(Buffer.from(text, 'latin1'), 'GET')

describe('the head of an answer', () => {
  test.each([
    ['a line feed alone in the status line', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n'],
    ['a carriage return alone in the status line', 'HTTP/1.1 200 OK\rX: y\r\n\r\n'],
    ['a line feed alone in a header', 'HTTP/1.1 200 OK\r\nX: a\nContent-Length: 2\r\n\r\n'],
    ['a zero byte in a header', 'HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n'],
    ['a header that goes on in the next line', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n'],
    ['a status below 100', 'HTTP/1.1 099 Odd\r\n\r\n'],
    ['a change of protocol nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
    ['lines that end with line feeds only', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['something that is no HTTP and does not end', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['a length with a sign', 'HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n'],
    ['an empty length', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n'],
    ['chunks in another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n'],
  ])('is refused with %s', (_, text) => {
    expect(head(text)).toThrow(expect.objectContaining({ code: 'HPE_INVALID' }))
  })

  test('loses the white space around a value, and takes no time for it', () => {
    const spaces = ' '.repeat(30_000)
    expect(head(`HTTP/1.1 200 OK\r\nX:\t ${spaces}a${spaces}b \t\r\n\r\n`)()?.headers['x']).toBe(`a${spaces}b`)
  })

  test.each([
    ['HTTP/1.1', 'Connection: close, TE\r\n', false],
    ['HTTP/1.1', 'Connection: keep-alive\r\nConnection: Close\r\n', false],
    ['HTTP/1.1', 'Connection: TE\r\n', true],
    ['HTTP/1.0', '', false],
    ['HTTP/1.0', 'Connection: Keep-Alive, TE\r\n', true],
    ['HTTP/1.0', 'Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n', false],
  ])('of %s tells with "%s" whether the connection stays', (version, fields, stays) => {
    const length = fields.includes('chunked') ? '' : 'Content-Length: 0\r\n'
    expect((head(`${version} 200 OK\r\n${fields}${length}\r\n`)()?.keepMs ?? 0) > 0).toBe(stays)
  })
})

describe('a body in chunks', () => {
  const anyChunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 })

  test('is the same wherever it is cut, and though all pieces lie in the same memory', () => {
    const check = (contents: readonly Uint8Array[], cuts: readonly number[]): void => {
      const framed = contents.flatMap(content => [`${content.byteLength.toString(16)};a\r\n`, content, '\r\n'])
      const text = Buffer.concat([...framed, '0\r\nX: y\r\n\r\n'].map(piece => Buffer.from(piece)))
      const chunks = new Chunks()
      const memory = Buffer.alloc(text.byteLength)
      const found: Buffer[] = []
      let over = false
      const places = [...cuts.map(cut => cut % text.byteLength), 0, text.byteLength].toSorted((one, other) => one - other)
      for (const [index, start] of places.entries()) {
        const piece = memory.subarray(0, text.copy(memory, 0, start, places[index + 1] ?? start))
        if (piece.byteLength > 0) over = chunks.push(piece, content => void found.push(Buffer.from(content)))
      }
      expect([over, Buffer.concat(found)]).toEqual([true, Buffer.concat(contents)])
    }
    fc.assert(fc.property(anyChunks, fc.array(fc.nat(1000), { maxLength: 12 }), check))
  })

  test.each([
    ['fields behind its last chunk', '0\r\n', `X: ${'x'.repeat(1000)}\r\n`],
    ['extensions of its chunks', '', `1;${'x'.repeat(1000)}\r\na\r\n`],
  ])('is given up where %s take no end', (_, begin, line) => {
    const chunks = new Chunks()
    const push = (): void => {
      for (let time = 0; time < 100; time++) chunks.push(Buffer.from(line), () => undefined)
    }
    if (begin !== '') chunks.push(Buffer.from(begin), () => undefined)
    expect(push).toThrow(expect.objectContaining({ code: 'HPE_INVALID' }))
  })
})

describe('an answer', () => {
  test('comes behind thousands of interim ones in one piece', async () => {
    await using origin = await scripted((_, socket) =>
      socket.write(`${'HTTP/1.1 102 \r\n\r\n'.repeat(3000)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`),
    )
    using http = createHttp()
    expect(await (await http.request({ url: origin.url })).text()).toBe('ok')
  })

  test('is given up where interim ones take no end', async () => {
    await using origin = await scripted((_, socket) => {
      const more = (): void => void (socket.writable && socket.write('HTTP/1.1 102 \r\n\r\n'.repeat(100), () => setImmediate(more)))
      more()
    })
    using http = createHttp()
    expect(await failureOf(http.request({ url: origin.url }))).toMatchObject({ code: 'network', cause: { code: 'HPE_HEADER_OVERFLOW' } })
  })

  test('is refused where its whole head is too long', async () => {
    await using origin = await scripted((_, socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(100)}\r\n`),
    )
    using http = createHttp()
    expect(await failureOf(http.request({ url: origin.url }))).toMatchObject({ code: 'network', cause: { code: 'HPE_HEADER_OVERFLOW' } })
  })

  test('to a HEAD has no body, whatever its headers say', async () => {
    const fields = ['Content-Length: 5', 'Transfer-Encoding: chunked', 'X: y']
    await using origin = await scripted((_, socket) => socket.write(`HTTP/1.1 200 OK\r\n${fields.shift()}\r\n\r\n`))
    using http = createHttp()
    for (let time = 0; time < 3; time++) expect((await taken(await http.request({ url: origin.url, method: 'HEAD' }))).byteLength).toBe(0)
    expect(origin.requests).toEqual([3])
  })

  test('leaves nothing behind that another request could take for its own', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
    await using origin = await scripted((_, socket, connection) => socket.write(connection === 0 ? answer + answer : answer))
    using http = createHttp({ maxSockets: 1 })
    const first = http.request({ url: origin.url })
    const second = http.request({ url: origin.url })
    expect(await failureOf(first)).toMatchObject({ code: 'network', cause: { code: 'HPE_INVALID' } })
    expect(await (await second).text()).toBe('ok')
  })
})

describe('a request', () => {
  test.each(['POST', 'PUT', 'PATCH'])('by %s without a body says that it has none', async method => {
    const seen: string[] = []
    await using origin = await scripted((request, socket) => {
      seen.push(request)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
    using http = createHttp()
    await http.request({ url: origin.url, method })
    expect(seen[0]).toMatch(/^content-length: 0$/m)
  })

  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('by %s without a body speaks of none', async method => {
    const seen: string[] = []
    await using origin = await scripted((request, socket) => {
      seen.push(request)
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    })
    using http = createHttp()
    await http.request({ url: origin.url, method })
    expect(seen[0]).not.toMatch(/content-length/i)
  })

  test.each([{ 'Transfer-Encoding': 'chunked' }, { 'Content-Length': '7' }])(
    'is not sent with %j, which its body is not',
    async headers => {
      await using origin = await scripted((_, socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
      using http = createHttp()
      expect(await failureOf(http.request({ url: origin.url, method: 'DELETE', headers }))).toMatchObject({ code: 'input-invalid' })
      expect(origin.requests).toEqual([])
    },
  )
})
