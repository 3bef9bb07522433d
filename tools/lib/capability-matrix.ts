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
      ['listing', of('list', ({ recursive }) => (recursive ? 'whole trees' : 'a folder at a time'))],
      ['listed in order', of('list', ({ ordered }) => yes(ordered))],
      ['folders', of('list', ({ directories }) => (directories === 'real' ? 'real' : 'implied by names'))],
      ['ranges', of('read', ({ range }) => yes(range))],
      ['broken reads go on', of('read', ({ validator }) => yes(validator))],
      ['versions', of('read', ({ versions }) => yes(versions))],
    ],
  ],
  [
    'Writing',
    [
      [
        'conditions that the service decides',
        of('write', ({ conditions }) => conditions.map(one => (one === 'absent' ? 'if absent' : 'if unchanged')).join(', ')),
      ],
      ['largest object', of('write', ({ maxBytes }) => (maxBytes === undefined ? '' : size(maxBytes)))],
      ['resumed uploads', upload(({ order }) => (order === 'any' ? 'parts in parallel' : 'parts in order'))],
      [
        'size of a part',
        upload(({ partBytes: [least, most] }) => (least === 1 ? `up to ${size(most)}` : `${size(least)} to ${size(most)}`)),
      ],
      ['parts', upload(({ maxParts }) => maxParts?.toLocaleString('en') ?? '')],
      ['unfinished uploads last', upload(({ expiresSeconds }) => days(expiresSeconds))],
      ['size must be known', of('write', ({ unknownSize }) => yes(!unknownSize))],
      [
        'modification time',
        of('write', ({ modified }) => (modified === false ? 'no' : modified === 'settable' ? 'of the object' : 'as metadata')),
      ],
      ['metadata', of('write', ({ metadata }) => (metadata === false ? 'no' : size(metadata.maxBytes)))],
      ['copies within the service', of('copy', ({ across }) => (across === true ? 'also between connections' : 'yes'))],
      ['removing folders at once', of('remove', ({ recursive }) => yes(recursive))],
      ['objects a request removes', of('remove', ({ batch }) => batch.toLocaleString('en'))],
      ['checksums', ({ checksums }) => checksums.join(', ')],
    ],
  ],
  [
    'Searching and sharing',
    [
      ['search by the service', ({ search }) => (search.native === false ? '' : search.native.join(', '))],
      ['links', of('share', ({ kinds }) => kinds.join(', '))],
      ['links of folders', of('share', ({ targets }) => yes(targets.includes('prefix')))],
      ['links to', of('share', ({ methods }) => methods.join(', '))],
      ['last at most', of('share', ({ maxExpirySeconds }) => days(maxExpirySeconds))],
      ['password', of('share', ({ password }) => yes(password))],
      ['listed', of('share', ({ list }) => yes(list))],
      ['taken back', of('share', ({ revoke }) => yes(revoke))],
    ],
  ],
  [
    'Names',
    [
      ['longest part, bytes', ({ paths }) => paths.segmentBytes.toLocaleString('en')],
      ['longest path, bytes', ({ paths }) => paths.pathBytes.toLocaleString('en')],
      ['upper and lower case', ({ paths }) => (paths.case === 'sensitive' ? 'differ' : 'are one name')],
      ['forms of Unicode', ({ paths }) => (paths.unicode === 'bytes' ? 'differ' : 'are one name')],
      ['`a` beside `a/b`', ({ paths }) => yes(paths.fileAndFolder)],
      ['what was written is seen', ({ consistency }) => (consistency === 'strong' ? 'at once' : 'sometimes later')],
      ['login with a browser', () => ''],
    ],
  ],
]

/** The page that compares all clients, made of their manifests. */
export function capabilityMatrix(clients: readonly Manifest[]): string {
  const sections = groups.map(([title, rows]) => {
    const lines = rows.map(([label, cell]) => [
      label,
      ...clients.map(({ capabilities, login }) => (label === 'login with a browser' ? yes(login !== undefined) : cell(capabilities))),
    ])
    return `## ${title}\n\n${table(['', ...clients.map(({ name }) => code(name))], lines)}`
  })
  return `${generated}

# What each client can do

Empty is no, or no limit. A connection can do less than its client where its service does; \`fairlead client show\` tells what is so of one. What a
client can't do is refused before anything is sent. Pushing, pulling and searching assets works on all of them.

${sections.join('\n\n')}
`
}
