import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { disk } from '@fairlead/client-disk'
import { createClient, type Client } from '@fairlead/core/host'
import type { Operation } from './operation.ts'
import type { Place } from './place.ts'
import { fullTree, pathsBelow, timelessTree } from './tree.ts'
import { absent } from './watch.ts'
import { watchAssets } from './watch-assets.ts'
import { watchFolders } from './watch-folders.ts'

const reference = 'cats/running-cat:v002'
const neighbours = ['cats/running-cat:v001', 'cats/running-cat:older', 'cats/sleeping-cat:v001']
const bigFiles = { 'film/first.bin': 40 * 1024 * 1024, 'film/second.bin': 25 * 1024 * 1024 + 17, 'notes.txt': 4000 } as const
const bigBytes = Object.values(bigFiles).reduce((sum, size) => sum + size, 0)
const smallCount = 80

/** A client of the trial's store that shares nothing with the processes that are killed. */
export function storeOf(place: Place): Promise<Client> {
  return createClient(disk, { root: place.store }, { name: 'store', env: { FAIRLEAD_HOME: place.readerHome } })
}

/** Removes what killed pushes left on the store. */
export async function cleanStore(place: Place): Promise<void> {
  await using client = await storeOf(place)
  await client.clean({ graceSeconds: 0 })
}

/** The store, its own unfinished bodies included. */
export function storeTree(place: Place): Record<string, string> {
  const tree = timelessTree(place.store)
  for (const path of ['.fairlead/lock.sqlite', '.fairlead/lock.sqlite-journal']) delete tree[path]
  // Folders of the client's own are made when they are first needed.
  for (const kind of ['', 'tmp/', 'uploads/']) delete tree[`.fairlead/${kind}`]
  return tree
}

function writeSmall(place: Place, folder: string, salt: string): void {
  for (let number = 0; number < smallCount; number++) {
    place.write(`${folder}/${number % 7 === 0 ? 'tëxt & more' : 'frames'}/f${number}.bin`, `${salt} ${number}`, 100 + number * 37)
  }
}

function writeBig(place: Place, folder: string, salt: string): void {
  for (const [path, size] of Object.entries(bigFiles)) place.write(`${folder}/${path}`, `${salt} ${path}`, size)
}

/** Other assets, and another tag and version of the same one: nothing may touch them. */
async function addNeighbours(place: Place): Promise<void> {
  place.write('others/a/one.txt', 'one', 500)
  place.write('others/b/two.png', 'two', 700)
  await using client = await storeOf(place)
  await client.push(join(place.folder, 'others/a'), 'cats/running-cat:v001')
  await client.tag('cats/running-cat:v001', 'older')
  await client.push(join(place.folder, 'others/b'), 'cats/sleeping-cat:v001')
}

const shared = {
  watch: (place: Place) => watchAssets(place.store, place.readerHome, [reference, ...neighbours], true),
  clean: cleanStore,
  tree: storeTree,
}
const pushCommand = (place: Place, force = false) => ({ verb: 'push', root: place.store, source: place.source, reference, force }) as const

const push: Operation = {
  ...shared,
  name: 'push of many small files',
  async prepare(place) {
    writeSmall(place, 'source', 'new')
    await addNeighbours(place)
  },
  command: place => pushCommand(place),
}

const pushBig: Operation = {
  ...shared,
  name: 'push of big files in parts',
  async prepare(place) {
    writeBig(place, 'source', 'new')
    await addNeighbours(place)
  },
  command: place => pushCommand(place),
  watch: place => watchAssets(place.store, place.readerHome, [reference, ...neighbours], false),
  bytes: bigBytes,
  arrived(place) {
    const parts = sizesBelow(join(place.store, '.fairlead/uploads'), name => name.endsWith('.part'))
    return parts + sizesBelow(join(place.store, 'assets/cats/running-cat'), name => Object.keys(bigFiles).some(path => name.endsWith(path)))
  },
}

const pushForce: Operation = {
  ...shared,
  name: 'push --force over another version',
  async prepare(place) {
    writeSmall(place, 'source', 'old')
    await addNeighbours(place)
    await using client = await storeOf(place)
    await client.push(place.source, reference)
    writeSmall(place, 'source', 'new')
  },
  command: place => pushCommand(place, true),
}

const pushTwice: Operation = {
  ...shared,
  name: 'push by two processes of one account',
  prepare: push.prepare,
  command: place => pushCommand(place),
  companion: place => ({ home: place.home, command: pushCommand(place) }),
}

const pushTwiceApart: Operation = {
  ...pushTwice,
  name: 'push by two processes that share no locks',
  companion: place => ({ home: join(place.folder, 'home-of-another'), command: pushCommand(place) }),
}

const remove: Operation = {
  ...shared,
  name: 'remove',
  prepare: async place => {
    await push.prepare(place)
    await using client = await storeOf(place)
    await client.push(place.source, reference)
  },
  command: place => ({ verb: 'remove', root: place.store, reference }),
  mayEndWith: 'not-found',
}

function sizesBelow(folder: string, counts: (path: string) => boolean): number {
  return pathsBelow(folder)
    .filter(path => !path.endsWith('/') && counts(path))
    .reduce((sum, path) => sum + lstatSync(join(folder, path)).size, 0)
}

const pullShared = {
  clean: cleanStore,
  watch: async (place: Place) => watchDestination(place),
  keeps: (place: Place) => watchAssets(place.store, place.readerHome, [reference, ...neighbours], false),
  tree: (place: Place) => ({ ...storeTree(place), ...destinationTree(place) }),
}

function watchDestination(place: Place) {
  return watchFolders([join(place.destination, 'running-cat'), join(place.destination, 'sleeping-cat'), join(place.destination, 'own.txt')])
}

function destinationTree(place: Place): Record<string, string> {
  return Object.fromEntries(Object.entries(fullTree(place.destination)).map(([path, text]) => [`destination/${path}`, text]))
}

const pullCommand = (place: Place, force = false) =>
  ({ verb: 'pull', root: place.store, reference, destination: place.destination, force }) as const

const pull: Operation = {
  ...pullShared,
  name: 'pull of many small files',
  async prepare(place) {
    await remove.prepare(place)
    place.write('destination/own.txt', 'own', 300)
  },
  command: place => pullCommand(place),
}

const pullBig: Operation = {
  ...pullShared,
  name: 'pull of big files',
  async prepare(place) {
    await pushBig.prepare(place)
    await using client = await storeOf(place)
    await client.push(place.source, reference)
    place.write('destination/own.txt', 'own', 300)
  },
  command: place => pullCommand(place),
  bytes: bigBytes + 1024 * 1024,
  arrived: place => sizesBelow(place.destination, path => /first|second/.test(path)),
}

const pullForce: Operation = {
  ...pullShared,
  name: 'pull --force over another folder',
  async prepare(place) {
    await pull.prepare(place)
    writeSmall(place, 'destination/running-cat', 'old')
  },
  command: place => pullCommand(place, true),
  // A folder can't take the place of another in one step: for an instant there is none, and the next pull brings one back.
  between: [absent],
}

const pullFile: Operation = {
  ...pullShared,
  name: 'pull --force of a single file over another',
  async prepare(place) {
    place.write('source.bin', 'new', 3 * 1024 * 1024)
    await addNeighbours(place)
    await using client = await storeOf(place)
    await client.push(join(place.folder, 'source.bin'), reference)
    place.write('destination/own.txt', 'own', 300)
    place.write('destination/source.bin', 'old', 2 * 1024 * 1024)
  },
  command: place => pullCommand(place, true),
  watch: async place => watchFolders([join(place.destination, 'source.bin'), join(place.destination, 'own.txt')]),
}

export const storeOperations: readonly Operation[] = [push, pushBig, pushForce, pushTwice, pushTwiceApart, remove]
export const pullOperations: readonly Operation[] = [pull, pullBig, pullForce, pullFile]
