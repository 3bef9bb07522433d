/** An asset that lies on every client. */
export interface Sample {
  readonly reference: string
  readonly type: 'file' | 'sequence' | 'complex'
  readonly labels: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

const frames = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`frame.${String(index + 1).padStart(4, '0')}.exr`, `frame ${index + 1}`]))

/** Few assets that differ in everything a query may ask for. */
export const samples: readonly Sample[] = [
  { reference: 'film/hero:v001', type: 'file', labels: { status: 'approved', artist: 'Ana' }, files: { 'hero.txt': 'a hero' } },
  { reference: 'film/hero:v002', type: 'file', labels: { status: 'wip', artist: 'Ana' }, files: { 'hero.txt': 'a better hero' } },
  { reference: 'film/Hero-B:v001', type: 'file', labels: { status: 'Approved by Ana' }, files: { 'hero b.txt': 'another' } },
  { reference: 'film/shot010/plate:v001', type: 'sequence', labels: { status: 'approved', lens: '35 mm' }, files: frames(3) },
  { reference: 'film/shot010/plate:latest', type: 'sequence', labels: { lens: '50 mm' }, files: frames(4) },
  { reference: 'film/shot020/plate:v001', type: 'sequence', labels: {}, files: frames(2) },
  {
    reference: 'film/shot020/scene.final:v010',
    type: 'complex',
    labels: { note: 'night: the forest', artist: 'José' },
    files: { 'scene.ma': 'maya', 'textures/ünï code.png': 'pixels', 'textures/empty.png': '' },
  },
  { reference: 'sound/running-cat:v001', type: 'file', labels: { status: 'rejected', 'hit.rate': '100%' }, files: { 'cat.wav': 'meow' } },
  { reference: 'sound/running-cat:v002', type: 'file', labels: { note: '漢字' }, files: { 'cat.wav': 'meow meow' } },
  { reference: 'Film2/cat:v001', type: 'file', labels: { status: 'wip', label: 'hero' }, files: { 'cat.txt': 'no hero' } },
]

/** What a query must find, written down by hand. */
export interface Asked {
  readonly query: string
  readonly found: readonly string[]
  /** It asks for what stands within a word, which an index of words by their beginnings doesn't know. */
  readonly within?: true
}

const all = samples.map(({ reference }) => reference)
const but = (...references: readonly string[]): readonly string[] => all.filter(reference => !references.includes(reference))
const [tomorrow = '', yesterday = ''] = [1, -1].map(days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10))

/** Queries of every kind of term. */
export const asked: readonly Asked[] = [
  { query: '', found: all },
  { query: 'hero', found: ['film/hero:v001', 'film/hero:v002', 'film/Hero-B:v001', 'Film2/cat:v001'] },
  { query: 'CAT', found: ['sound/running-cat:v001', 'sound/running-cat:v002', 'Film2/cat:v001'] },
  { query: 'cat v002', found: ['sound/running-cat:v002'] },
  { query: 'josé', found: ['film/shot020/scene.final:v010'] },
  { query: 'jose\u0301', found: ['film/shot020/scene.final:v010'] },
  { query: '漢', found: ['sound/running-cat:v002'] },
  { query: '100%', found: ['sound/running-cat:v001'] },
  { query: 'oun', found: ['sound/running-cat:v001', 'sound/running-cat:v002'], within: true },
  { query: 'run*cat', found: ['sound/running-cat:v001', 'sound/running-cat:v002'] },
  { query: '"by ana"', found: ['film/Hero-B:v001'] },
  { query: '"night: the forest"', found: ['film/shot020/scene.final:v010'] },
  { query: '"ana by"', found: [] },
  { query: 'nothing-like-this', found: [] },
  { query: 'collection:film', found: ['film/hero:v001', 'film/hero:v002', 'film/Hero-B:v001'] },
  { query: 'collection:film/shot010', found: ['film/shot010/plate:v001', 'film/shot010/plate:latest'] },
  { query: 'collection:film*', found: but('sound/running-cat:v001', 'sound/running-cat:v002') },
  { query: 'collection:*shot* tag:v001', found: ['film/shot010/plate:v001', 'film/shot020/plate:v001'] },
  { query: 'name:hero', found: ['film/hero:v001', 'film/hero:v002'] },
  { query: 'name:hero*', found: ['film/hero:v001', 'film/hero:v002', 'film/Hero-B:v001'] },
  { query: 'name:scene.final', found: ['film/shot020/scene.final:v010'] },
  { query: 'tag:latest', found: ['film/shot010/plate:latest'] },
  { query: 'tag:*10', found: ['film/shot020/scene.final:v010'] },
  { query: 'label.status:approved', found: ['film/hero:v001', 'film/shot010/plate:v001'] },
  { query: 'label.status:APPROVED*', found: ['film/hero:v001', 'film/Hero-B:v001', 'film/shot010/plate:v001'] },
  { query: 'label.Status:approved', found: [] },
  { query: 'label.lens:"35 mm"', found: ['film/shot010/plate:v001'] },
  { query: 'label.hit.rate:100%', found: ['sound/running-cat:v001'] },
  { query: 'label.label:hero', found: ['Film2/cat:v001'] },
  { query: 'type:sequence', found: ['film/shot010/plate:v001', 'film/shot010/plate:latest', 'film/shot020/plate:v001'] },
  { query: 'type:complex', found: ['film/shot020/scene.final:v010'] },
  { query: 'type:file cat', found: ['sound/running-cat:v001', 'sound/running-cat:v002', 'Film2/cat:v001'] },
  { query: `after:${yesterday} before:${tomorrow}`, found: all },
  { query: `before:${yesterday}`, found: [] },
  { query: `after:${tomorrow}`, found: [] },
  { query: `after:${yesterday}T00:00:00Z hero label.artist:ana`, found: ['film/hero:v001', 'film/hero:v002'] },
]

/** Queries that make no sense. */
export const nonsense: readonly string[] = ['color:red', 'name:', '"open', 'before:yesterday', 'label.:x']
