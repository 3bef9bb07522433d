/** One asset of the table that every client is searched over. */
export interface TableRow {
  readonly collection: string
  readonly name: string
  readonly tag: string
  readonly labels: Readonly<Record<string, string>>
}

const collections = ['cat001', 'cat001/plates', 'dog002', 'Dog003', 'shared'] as const
const subjects = ['hero', 'villain', 'running-cat', 'forest.night', 'HeroB'] as const
const statuses = ['approved', 'wip', 'rejected', 'Approved by Ana'] as const

/** 200 assets: 5 collections × 10 names × 4 tags, labelled by their place in the table. */
export const assetTable: readonly TableRow[] = Array.from({ length: 200 }, (_, index) => {
  const subject = subjects[index % 5] ?? 'hero'
  const group = Math.floor(index / 5) % 2
  return {
    collection: collections[Math.floor(index / 40)] ?? 'shared',
    name: group === 0 ? subject : `${subject}-${group + 1}`,
    tag: ['v001', 'v002', 'v010', 'latest'][Math.floor(index / 10) % 4] ?? 'latest',
    labels: {
      ...(index % 3 !== 0 && { status: statuses[index % 4] ?? 'wip' }),
      ...(index % 7 === 0 && { artist: index % 2 === 0 ? 'Ana' : 'José' }),
      ...(index % 50 === 0 && { note: 'night: the forest, 漢' }),
    },
  }
})

/** A query with what it means, written down independently of the code that answers it. */
export interface TableQuery {
  readonly text: string
  expected(row: TableRow): boolean
}

const low = (text: string): string => text.toLowerCase()
const texts = ({ collection, name, tag, labels }: TableRow): string[] =>
  [collection, name, tag, ...Object.keys(labels), ...Object.values(labels)].map(low)
const has = (row: TableRow, word: string): boolean => texts(row).some(text => text.includes(word))
const hasMatch = (row: TableRow, form: RegExp): boolean => texts(row).some(text => form.test(text))

/** 25 queries, of every kind of term. */
export const queries: readonly TableQuery[] = [
  { text: '', expected: () => true },
  { text: 'cat', expected: row => has(row, 'cat') },
  { text: 'HERO', expected: row => has(row, 'hero') },
  { text: 'hero v010', expected: row => has(row, 'hero') && has(row, 'v010') },
  { text: 'nothing-like-this', expected: () => false },
  { text: 'run*cat', expected: row => hasMatch(row, /run.*cat/) },
  { text: 'josé', expected: row => has(row, 'josé') },
  { text: '"night: the forest"', expected: row => has(row, 'night: the forest') },
  { text: 'status', expected: row => has(row, 'status') },
  { text: 'collection:cat001', expected: row => low(row.collection) === 'cat001' },
  { text: 'collection:cat001*', expected: row => low(row.collection).startsWith('cat001') },
  { text: 'collection:cat001/plates', expected: row => row.collection === 'cat001/plates' },
  { text: 'collection:dog002', expected: row => row.collection === 'dog002' },
  { text: 'name:HEROb', expected: row => row.name === 'HeroB' },
  { text: 'name:*-2', expected: row => row.name.endsWith('-2') },
  { text: 'name:forest.night', expected: row => row.name === 'forest.night' },
  { text: 'tag:v0*', expected: row => row.tag.startsWith('v0') },
  { text: 'tag:latest name:villain*', expected: row => row.tag === 'latest' && row.name.startsWith('villain') },
  { text: 'label.status:approved', expected: row => row.labels.status === 'approved' },
  { text: 'label.status:"approved by ana"', expected: row => row.labels.status === 'Approved by Ana' },
  { text: 'label.status:approved*', expected: row => low(row.labels.status ?? '').startsWith('approved') },
  { text: 'label.artist:* label.status:wip', expected: row => row.labels.artist !== undefined && row.labels.status === 'wip' },
  { text: 'label.Status:approved', expected: () => false },
  { text: 'type:file after:2020-01-01 collection:shared', expected: row => row.collection === 'shared' },
  { text: 'before:2020-01-01', expected: () => false },
]
