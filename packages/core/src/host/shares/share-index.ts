import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { FairleadError } from '../../contract/errors.ts'
import { quotePath } from '../../contract/path-rules.ts'
import type { Client } from '../client.ts'

interface Line {
  readonly name: string
  readonly href: string
  readonly size?: number
}

/** Lists one level of a shared folder, as HTML or, when asked, JSON; links keep the query that opened the folder. */
export async function answerIndex(
  client: Client,
  path: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const json = /\bapplication\/json\b/.test(request.headers.accept ?? '')
  const lines = linesOf(client, path, url, signal)[Symbol.asyncIterator]()
  const first = await lines.next()
  if (first.done === true && path !== '') throw new FairleadError('not-found', 'There is no such folder.')
  response.writeHead(200, {
    'content-type': json ? 'application/json' : 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store',
  })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const all = async function* () {
    for (let line = first; line.done !== true; line = await lines.next()) yield line.value
  }
  await pipeline(Readable.from(json ? asJson(all()) : asHtml(all())), response, { signal })
}

async function* linesOf({ list, capabilities }: Client, path: string, url: URL, signal: AbortSignal): AsyncGenerator<Line> {
  const here = url.pathname.endsWith('/') ? '' : `${url.pathname.slice(url.pathname.lastIndexOf('/') + 1)}/`
  for await (const entry of list(path, { signal })) {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1)
    const folder = entry.kind === 'prefix' ? '/' : ''
    yield {
      name: `${name}${folder}`,
      // The link speaks of the name as it is stored, which is what the connection reads out of it.
      href: `./${here}${encodeURIComponent(quotePath(name, capabilities.paths))}${folder}${url.search}`,
      ...(entry.size !== undefined && { size: entry.size }),
    }
  }
}

async function* asJson(lines: AsyncIterable<Line>): AsyncGenerator<string> {
  let separator = '['
  for await (const line of lines) {
    yield `${separator}${JSON.stringify(line)}`
    separator = ',\n'
  }
  yield separator === '[' ? '[]\n' : ']\n'
}

async function* asHtml(lines: AsyncIterable<Line>): AsyncGenerator<string> {
  yield '<!doctype html>\n<meta charset="utf-8">\n<title>Shared files</title>\n<ul>\n'
  for await (const { name, href, size } of lines)
    yield `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a>${size === undefined ? '' : ` ${size} bytes`}\n`
  yield '</ul>\n'
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
