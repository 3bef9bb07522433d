import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { create, encodePng, openProject, plainPicture, update } from '@fairlead/catalog'
import { withHome } from './home.ts'
import type { Operation } from './operation.ts'
import { cleanStore, storeOf, storeTree } from './operations-store.ts'
import type { Place } from './place.ts'
import { pathsBelow, timelessTree } from './tree.ts'
import { absent } from './watch.ts'
import { watchAssets } from './watch-assets.ts'
import { watchCatalog } from './watch-catalog.ts'
import { watchStaging } from './watch-staging.ts'

const projectFile = (mode: 'copy' | 'link') => `ingress_directory: ingress
write_mode: ${mode}
metadata_types: [asset, file, asset-chunk, file-chunk]
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    traits: [width, height, channels]
    rules: { extension: { eq: png }, height: { eq: 5, required: true }, width: { eq: 4, required: true } }
`
const cats = ['running', 'sleeping', 'eating', 'jumping', 'purring', 'hiding']
const frames = 12
const references = cats.map(cat => `cat001/spec001/${cat}-cat:v001`)

function frameOf(cat: string, number: number): string {
  const asset = `p-cat001_s-spec001_d-${cat}-cat_v001`
  return join(asset, `${asset}_f${String(number).padStart(4, '0')}.png`)
}

function writeFrames(place: Place, cat: string, shade: number): void {
  for (let number = 1; number <= frames; number++) {
    const file = join(place.project, 'ingress', frameOf(cat, number))
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, encodePng(plainPicture(4, 5, [shade, number, 128])))
  }
}

function writeProject(place: Place, mode: 'copy' | 'link' = 'copy'): void {
  for (const [index, cat] of cats.entries()) writeFrames(place, cat, index)
  writeFileSync(join(place.project, 'fairlead.yaml'), projectFile(mode))
}

/** What changes between two runs: one asset has other content, one more file, one is gone, and one is new. */
function changeProject(place: Place): void {
  writeFrames(place, 'running', 77)
  rmSync(join(place.project, 'ingress', frameOf('sleeping', frames)))
  rmSync(join(place.project, 'ingress', frameOf('hiding', 1), '..'), { recursive: true })
  writeFrames(place, 'dreaming', 9)
}

const stagingOf = (place: Place) => openProject(place.project).config.stagingDirectory
const updated = (place: Place) => withHome(place.home, () => update(openProject(place.project)))
const created = (place: Place) => withHome(place.home, () => create(openProject(place.project)))

/** Unfinished snapshots go with an update that finds them old. */
async function cleanCatalog(place: Place): Promise<void> {
  const folder = join(place.project, '.fairlead/catalog')
  for (const name of pathsBelow(folder)) utimesSync(join(folder, name), 0, 0)
  await updated(place)
}

const updateFirst: Operation = {
  name: 'the first update',
  prepare: async place => writeProject(place),
  command: place => ({ verb: 'update', project: place.project }),
  watch: async place => watchCatalog(place.project),
  clean: cleanCatalog,
  tree: place =>
    Object.fromEntries(pathsBelow(join(place.project, '.fairlead')).map(path => [path.replace(/snapshot-.*/, 'snapshot'), ''])),
}

const updateAgain: Operation = {
  ...updateFirst,
  name: 'an update of what changed',
  async prepare(place) {
    writeProject(place)
    await updated(place)
    changeProject(place)
  },
}

const createFirst: Operation = {
  name: 'the first create',
  async prepare(place) {
    writeProject(place)
    await updated(place)
  },
  command: place => ({ verb: 'create', project: place.project }),
  watch: async place => watchStaging(stagingOf(place)),
  clean: async () => undefined,
  tree: place => timelessTree(stagingOf(place)),
}

const createAgain: Operation = {
  ...createFirst,
  name: 'a create of what changed',
  async prepare(place) {
    writeProject(place)
    await updated(place)
    await created(place)
    changeProject(place)
    await updated(place)
  },
  between: [absent],
}

const createLinks: Operation = {
  ...createFirst,
  name: 'a create with hard links',
  async prepare(place) {
    writeProject(place, 'link')
    await updated(place)
  },
}

const exportFirst: Operation = {
  name: 'the first export',
  async prepare(place) {
    await createFirst.prepare(place)
    await created(place)
    place.write('others/one.txt', 'one', 500)
    await using client = await storeOf(place)
    await client.push(join(place.folder, 'others'), 'cats/other-cat:v001')
  },
  command: place => ({ verb: 'export', root: place.store, staging: stagingOf(place), force: false }),
  watch: place => watchAssets(place.store, place.readerHome, [...references, 'cats/other-cat:v001'], true),
  clean: cleanStore,
  tree: place => ({
    ...storeTree(place),
    ...Object.fromEntries(Object.entries(timelessTree(stagingOf(place))).map(([path, text]) => [`staging/${path}`, text])),
  }),
}

const exportForce: Operation = {
  ...exportFirst,
  name: 'export --force of what changed',
  async prepare(place) {
    await exportFirst.prepare(place)
    await using client = await storeOf(place)
    await client.export(stagingOf(place))
    changeProject(place)
    await updated(place)
    await created(place)
  },
  command: place => ({ verb: 'export', root: place.store, staging: stagingOf(place), force: true }),
  watch: place =>
    watchAssets(place.store, place.readerHome, [...references, 'cat001/spec001/dreaming-cat:v001', 'cats/other-cat:v001'], true),
  // Exported content lies under its own path, so it can't be there in two versions: its tag goes first.
  between: [absent],
}

export const catalogOperations: readonly Operation[] = [
  updateFirst,
  updateAgain,
  createFirst,
  createAgain,
  createLinks,
  exportFirst,
  exportForce,
]
