import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { disk } from '@fairlead/client-disk'
import { createClient } from '@fairlead/core/host'
import type { Operation } from './operation.ts'
import { storeTree } from './operations-store.ts'
import type { Place } from './place.ts'
import { fullTree, pathsBelow } from './tree.ts'
import { watchFolders } from './watch-folders.ts'

const bigFiles = { 'film/first.bin': 40 * 1024 * 1024, 'film/second.bin': 25 * 1024 * 1024 + 17, 'notes.txt': 4000 } as const
const bigBytes = Object.values(bigFiles).reduce((sum, size) => sum + size, 0)
const smallFiles = Array.from({ length: 80 }, (_, number) => `${number % 7 === 0 ? 'tëxt & more' : 'frames'}/f${number}.bin`)

const mirrorOf = (place: Place) => join(place.folder, 'mirror')

function writeFiles(place: Place, folder: string, salt: string, kind: 'small' | 'big'): void {
  if (kind === 'small')
    for (const [number, path] of smallFiles.entries()) place.write(`${folder}/${path}`, `${salt} ${path}`, 100 + number * 37)
  else for (const [path, size] of Object.entries(bigFiles)) place.write(`${folder}/${path}`, `${salt} ${path}`, size)
}

/** Removes what killed uploads left on both stores. */
async function clean(place: Place): Promise<void> {
  for (const root of [place.store, mirrorOf(place)]) {
    await using client = await createClient(disk, { root }, { name: 'store', env: { FAIRLEAD_HOME: place.readerHome } })
    await client.clean({ graceSeconds: 0 })
  }
}

function treeOf(folder: string, name: string): Record<string, string> {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return {}
  // What the disk client keeps for itself is looked at by its own trials.
  const entries = Object.entries(fullTree(folder)).filter(([path]) => !path.startsWith('.fairlead'))
  return Object.fromEntries(entries.map(([path, text]) => [`${name}/${path}`, text]))
}

/** A copy of some files from one end to another: whoever looks finds each file as it was before or as it is afterwards. */
function copies(name: string, kind: 'small' | 'big', from: 'source' | 'store', to: 'store' | 'mirror' | 'destination'): Operation {
  const folderOf = (place: Place): string =>
    join({ store: place.store, mirror: mirrorOf(place), destination: place.destination }[to], 'shots')
  const paths = kind === 'small' ? smallFiles : Object.keys(bigFiles)
  return {
    name,
    async prepare(place) {
      writeFiles(place, from === 'source' ? 'source' : 'store/shots', 'new', kind)
      const into = to === 'destination' ? 'destination' : to
      // Some are there already, in another state; and something that is nobody's business.
      place.write(`${into}/shots/${paths[1] ?? ''}`, 'old', 500)
      place.write(`${into}/shots/own.txt`, 'own', 300)
    },
    command: place => ({
      verb: 'copy',
      from: from === 'source' ? place.source : 'store:/shots',
      to: to === 'destination' ? folderOf(place) : `${to}:/shots`,
      store: place.store,
      mirror: mirrorOf(place),
    }),
    watch: async place => watchFolders([...paths, 'own.txt'].map(path => join(folderOf(place), path))),
    clean,
    tree: place => ({
      ...storeTree(place),
      ...treeOf(mirrorOf(place), 'mirror'),
      ...treeOf(place.destination, 'destination'),
    }),
    ...(kind === 'big' && {
      // A download that stops in a piece of its body asks for what was not written yet again.
      bytes: bigBytes + (to === 'destination' ? 1024 * 1024 : 0),
      arrived: place => arrivedIn(to === 'destination' ? place.destination : to === 'store' ? place.store : mirrorOf(place)),
    }),
  }
}

/** Bytes of the new files that are there, in parts or whole. */
function arrivedIn(folder: string): number {
  return pathsBelow(folder)
    .filter(path => !path.endsWith('/') && (path.endsWith('.part') || /first|\.fairlead-part\//.test(path)))
    .reduce((sum, path) => sum + lstatSync(join(folder, path)).size, 0)
}

export const copyOperations: readonly Operation[] = [
  copies('a copy of many small files to a store', 'small', 'source', 'store'),
  copies('a copy of big files to a store, in parts', 'big', 'source', 'store'),
  copies('a copy of many small objects to this machine', 'small', 'store', 'destination'),
  copies('a copy of big objects to this machine', 'big', 'store', 'destination'),
  copies('a copy of many small objects between two stores', 'small', 'store', 'mirror'),
  copies('a copy of big objects between two stores, in parts', 'big', 'store', 'mirror'),
]
