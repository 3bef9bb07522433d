import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DropboxAccount } from './account.ts'
import { isOver, rlkeyOf } from './sharing-routes.ts'
import { currentOf, find } from './tree.ts'

/**
 * What somebody gets who follows a link: the file with `dl=1`, by way of another address, else a page. The page that asks for a
 * password answers 403 here, so that it is told from a file; an ended or revoked link 404.
 */
export function answerLink(account: DropboxAccount, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const [, form = '', key = ''] = /^\/(scl\/f[io]|cd\/0\/get)\/([^/]+)/.exec(url.pathname) ?? []
  const link = account.links.get(key)
  const page = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
    response.end(request.method === 'HEAD' ? undefined : `<!doctype html><title>Dropbox</title>${text}`)
  }
  if (link === undefined || isOver(link) || url.searchParams.get('rlkey') !== rlkeyOf(key)) return page(404, 'This link is no more.')
  if (link.password !== undefined) return page(403, 'This link needs a password.')
  if (link.audience !== 'public') return page(403, 'Log in to see this.')
  const found = find(account.namespace(link.namespace), link.lower.split('/').slice(1))
  if (typeof found === 'string') return page(404, 'The file was deleted.')
  const { node } = found
  if (url.searchParams.get('dl') !== '1' || node.kind === 'folder' || !link.allowDownload) return page(200, link.name)
  if (form.startsWith('scl')) {
    const next = new URL(`/cd/0/get/${key}/file?rlkey=${rlkeyOf(key)}&dl=1`, url)
    response.writeHead(302, { location: next.href, 'content-length': '0' }).end()
    return
  }
  const { body } = currentOf(node)
  response.writeHead(200, { 'content-type': 'application/binary', 'content-length': body.byteLength })
  response.end(request.method === 'HEAD' ? undefined : body)
}
