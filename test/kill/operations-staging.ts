import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { create, encodePng, openProject, plainPicture, update } from '@fairlead/catalog'
import { withHome } from './home.ts'
import type { Operation } from './operation.ts'
import { cleanStore, storeOf, storeTree } from './operations-store.ts'
import type { Place } from './place.ts'
import { pathsBelow, sha256, timelessTree } from './tree.ts'
import { watchAssets } from './watch-assets.ts'
import { watchAll, watchDelivered } from './watch-delivered.ts'
import { watchStaging } from './watch-staging.ts'

const projectFile = (mode: 'copy' | 'move') => `ingress_directory: ../delivery
write_mode: ${mode}
metadata_types: [asset, file, asset-chunk, file-chunk]
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    rules: { extension: { eq: png } }
`
const cats = ['eating', 'jumping', 'running', 'sleeping']
const frames = 6
const references = cats.map(cat => `cat001/spec001/${cat}-cat:v001`)

// Beside the project: what lies in its own ingress is compared with what it was.
const deliveryOf = (place: Place) => join(place.folder, 'delivery')
const stagingOf = (place: Place) => openProject(place.project).config.stagingDirectory
const updated = (place: Place) => withHome(place.home, () => update(openProject(place.project)))
const created = (place: Place) => withHome(place.home, () => create(openProject(place.project)))

function writeProject(place: Place, mode: 'copy' | 'move'): void {
  for (const [index, cat] of cats.entries()) {
    const asset = `p-cat001_s-spec001_d-${cat}-cat_v001`
    const folder = join(deliveryOf(place), 'cats', asset)
    mkdirSync(folder, { recursive: true })
    for (let frame = 1; frame <= frames; frame++)
      writeFileSync(join(folder, `${asset}_f000${frame}.png`), encodePng(plainPicture(4, 5, [index, frame, 128])))
  }
  place.write('delivery/notes/read me.txt', 'stays', 100)
  mkdirSync(join(deliveryOf(place), 'empty/of/all'), { recursive: true })
  mkdirSync(place.project, { recursive: true })
  writeFileSync(join(place.project, 'fairlead.yaml'), projectFile(mode))
}

/** What lies in the delivery before anything moves, by path. */
function hashesOf(folder: string): Record<string, string> {
  const files = pathsBelow(folder).filter(path => !path.endsWith('/'))
  return Object.fromEntries(files.map(path => [path, sha256(readFileSync(join(folder, path)))]))
}

const prefixed = (prefix: string, tree: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tree).map(([path, text]) => [`${prefix}/${path}`, text]))

const createMove: Operation = {
  name: 'a create that moves',
  async prepare(place) {
    writeProject(place, 'move')
    await updated(place)
  },
  command: place => ({ verb: 'create', project: place.project }),
  watch: async place => {
    const delivery = deliveryOf(place)
    const content = join(stagingOf(place), 'content')
    return watchAll(watchStaging(stagingOf(place)), watchDelivered(delivery, content, { ...hashesOf(content), ...hashesOf(delivery) }))
  },
  // Whoever updates between the two runs has a catalog of what is left.
  clean: async place => void (await updated(place)),
  tree: place => ({
    ...prefixed('staging', timelessTree(stagingOf(place))),
    ...prefixed('delivery', Object.fromEntries(pathsBelow(deliveryOf(place)).map(path => [path, '']))),
  }),
}

const exportPrefix: Operation = {
  name: 'an export below a prefix',
  async prepare(place) {
    writeProject(place, 'copy')
    await updated(place)
    await created(place)
    place.write('others/one.txt', 'one', 500)
    await using client = await storeOf(place)
    await client.push(join(place.folder, 'others'), 'cats/other-cat:v001')
  },
  command: place => ({ verb: 'export', root: place.store, staging: stagingOf(place), force: false, prefix: 'renders/2030' }),
  watch: place => watchAssets(place.store, place.readerHome, [...references, 'cats/other-cat:v001'], true),
  clean: cleanStore,
  tree: place => ({ ...storeTree(place), ...prefixed('staging', timelessTree(stagingOf(place))) }),
}

export const stagingOperations: readonly Operation[] = [createMove, exportPrefix]
