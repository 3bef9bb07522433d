import { reply, type Asked } from './answer.ts'
import { sizeOf, type StoredContainer } from './store.ts'

type Row = { readonly subdir: string } | Readonly<Record<string, string | number>>

/** Answers with a page of names, or of rows with `format=json`. */
export function answerListing({ response, query }: Asked, container: StoredContainer): void {
  const limit = Math.min(Number(query.get('limit') ?? 10_000), 10_000)
  const rows = rowsOf(container, {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    marker: query.get('marker') ?? '',
    limit,
  })
  if (query.get('format') === 'json')
    return reply(response, 200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(rows))
  const text = rows.map(row => `${String('subdir' in row ? row['subdir'] : row['name'])}\n`).join('')
  reply(response, text === '' ? 204 : 200, { 'content-type': 'text/plain; charset=utf-8' }, text)
}

function rowsOf(
  container: StoredContainer,
  {
    prefix,
    delimiter,
    marker,
    limit,
  }: { readonly prefix: string; readonly delimiter: string; readonly marker: string; readonly limit: number },
): readonly Row[] {
  const rows: Row[] = []
  const after = Buffer.from(marker)
  let folder = ''
  for (const name of container.names()) {
    if (rows.length >= limit) break
    if (!name.startsWith(prefix)) continue
    const end = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    const subdir = end < 0 ? undefined : name.slice(0, end + delimiter.length)
    if (marker !== '' && (Buffer.compare(Buffer.from(name), after) <= 0 || subdir === marker)) continue
    if (subdir === undefined) rows.push(rowOf(container, name))
    else if (subdir !== folder) rows.push({ subdir: (folder = subdir) })
  }
  return rows
}

function rowOf(container: StoredContainer, name: string): Row {
  const object = container.get(name)
  if (object === undefined) return { name }
  return {
    name,
    bytes: sizeOf(object),
    hash: object.etag,
    content_type: object.contentType,
    last_modified: new Date(object.time).toISOString().replace('Z', '000'),
    ...(object.segments !== undefined && { slo_etag: `"${object.etag}"` }),
  }
}
