// @boundaries-ignore Types only.
import type { Capabilities, Manifest } from '../../packages/core/src/index.ts'
import { code, generated, table } from './markdown.ts'

const binary = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

function size(bytes: number): string {
  const power = Math.min(binary.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  return `${Number((bytes / 1024 ** power).toPrecision(3)).toLocaleString('en')} ${binary[power] ?? ''}`
}

const days = (seconds: number | undefined): string => (seconds === undefined ? '' : `${Number((seconds / 86_400).toFixed(1))} days`)
const yes = (is: boolean | undefined): string => (is === true ? 'yes' : '')

type Cell = (capabilities: Capabilities) => string
type Row = readonly [label: string, cell: Cell]

/** A cell that is empty where the client can't do the operation at all. */
function of<K extends keyof Capabilities>(key: K, cell: (part: Exclude<Capabilities[K], false | undefined>) => string): Cell {
  return capabilities => {
    const part = capabilities[key]
    return part === false || part === undefined ? 'no' : cell(part as Exclude<Capabilities[K], false | undefined>) // false and undefined are gone
  }
}

const upload = (
  cell: (limits: {
    readonly partBytes: readonly [number, number]
    readonly maxParts?: number
    readonly expiresSeconds?: number
    readonly order: string
  }) => string,
): Cell => of('write', ({ resumable }) => (resumable === false ? 'no' : cell(resumable)))

const groups: ReadonlyArray<readonly [title: string, rows: readonly Row[]]> = [
  [
    'Reading',
    [
      ['listing', of('list', ({ recursive }) => (recursive ? 'whole trees' : 'one folder at a time'))],
      ['listed in order', of('list', ({ ordered }) => yes(ordered))],
      ['folders', of('list', ({ directories }) => (directories === 'real' ? 'real' : 'implied by names'))],
      ['ranges', of('read', ({ range }) => yes(range))],
      ['interrupted reads resume', of('read', ({ validator }) => yes(validator))],
      ['versions', of('read', ({ versions }) => yes(versions))],
    ],
  ],
  [
    'Writing',
    [
      [
        'conditional writes',
        of('write', ({ conditions }) => conditions.map(one => (one === 'absent' ? 'if absent' : 'if unchanged')).join(', ')),
      ],
      ['largest object', of('write', ({ maxBytes }) => (maxBytes === undefined ? '' : size(maxBytes)))],
      ['resumable uploads', upload(({ order }) => (order === 'any' ? 'parts in parallel' : 'parts in order'))],
      ['part size', upload(({ partBytes: [least, most] }) => (least === 1 ? `up to ${size(most)}` : `${size(least)} to ${size(most)}`))],
      ['parts', upload(({ maxParts }) => maxParts?.toLocaleString('en') ?? '')],
      ['unfinished uploads expire after', upload(({ expiresSeconds }) => days(expiresSeconds))],
      ['size must be known', of('write', ({ unknownSize }) => yes(!unknownSize))],
      [
        'modification time',
        of('write', ({ modified }) => (modified === false ? 'no' : modified === 'settable' ? 'of the object' : 'as metadata')),
      ],
      ['metadata', of('write', ({ metadata }) => (metadata === false ? 'no' : size(metadata.maxBytes)))],
      ['copies within the service', of('copy', ({ across }) => (across === true ? 'also between connections' : 'yes'))],
      ['removing folders at once', of('remove', ({ recursive }) => yes(recursive))],
      ['objects removed per request', of('remove', ({ batch }) => batch.toLocaleString('en'))],
      ['checksums', ({ checksums }) => checksums.join(', ')],
    ],
  ],
  [
    'Searching and sharing',
    [
      ['search by the service', ({ search }) => (search.native === false ? '' : search.native.join(', '))],
      ['links', of('share', ({ kinds }) => kinds.join(', '))],
      ['links to folders', of('share', ({ targets }) => yes(targets.includes('prefix')))],
      ['link methods', of('share', ({ methods }) => methods.join(', '))],
      ['longest expiry', of('share', ({ maxExpirySeconds }) => days(maxExpirySeconds))],
      ['link passwords', of('share', ({ password }) => yes(password))],
      ['links can be listed', of('share', ({ list }) => yes(list))],
      ['links can be revoked', of('share', ({ revoke }) => yes(revoke))],
    ],
  ],
  [
    'Names',
    [
      ['longest path segment, bytes', ({ paths }) => paths.segmentBytes.toLocaleString('en')],
      ['longest path, bytes', ({ paths }) => paths.pathBytes.toLocaleString('en')],
      ['case', ({ paths }) => (paths.case === 'sensitive' ? 'sensitive' : 'insensitive')],
      ['Unicode normalization forms', ({ paths }) => (paths.unicode === 'bytes' ? 'distinct' : 'same name')],
      ['`a` beside `a/b`', ({ paths }) => yes(paths.fileAndFolder)],
      ['consistency', ({ consistency }) => consistency],
      ['browser login', () => ''],
    ],
  ],
]

/** The page that compares all clients, made of their manifests. */
export function capabilityMatrix(clients: readonly Manifest[]): string {
  const sections = groups.map(([title, rows]) => {
    const lines = rows.map(([label, cell]) => [
      label,
      ...clients.map(({ capabilities, login }) => (label === 'browser login' ? yes(login !== undefined) : cell(capabilities))),
    ])
    return `## ${title}\n\n${table(['', ...clients.map(({ name }) => code(name))], lines)}`
  })
  return `${generated}

# What each client can do

An empty cell means no, or no limit. A connection can do less than its client if its service does; \`fairlead client show\` shows what a connection
can do. Fairlead refuses what a client can't do before sending anything. All clients can push, pull and search assets.

${sections.join('\n\n')}
`
}
