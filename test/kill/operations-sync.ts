import { lstatSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { disk } from '@fairlead/client-disk'
import { createFairlead } from '@fairlead/core/host'
import type { Command } from './command.ts'
import { withHome } from './home.ts'
import type { Operation } from './operation.ts'
import { cleanStore } from './operations-store.ts'
import type { Place } from './place.ts'
import { fullTree } from './tree.ts'
import { watchFolders } from './watch-folders.ts'

const paths = Array.from({ length: 60 }, (_, number) => `${number % 5 === 0 ? 'tëxt & more' : `shot${number % 3}`}/f${number}.bin`)
const kept = paths.slice(0, 20)
const gone = paths.slice(20, 40)

type Target = 'store' | 'destination'
const addressOf = (place: Place, to: Target) => (to === 'store' ? 'store:/shots' : join(place.destination, 'shots'))
const folderOf = (place: Place, to: Target) => join(to === 'store' ? place.store : place.destination, 'shots')

/** Brings the target to what SOURCE is at the beginning of each trial; the process's own memory is of that, too. */
async function sync(place: Place, to: Target): Promise<void> {
  await withHome(place.home, async () => {
    const builtIns = { store: { client: 'disk', settings: () => ({ root: place.store }) } }
    await using fairlead = createFairlead({ clients: [disk], builtIns })
    await fairlead.sync(place.source, addressOf(place, to), { compare: 'checksum' })
  })
}

async function prepare(place: Place, to: Target): Promise<void> {
  for (const [number, path] of [...kept, ...gone].entries()) place.write(`source/${path}`, `before ${path}`, 100 + number * 37)
  await sync(place, to)
  for (const path of gone) rmSync(join(place.source, path))
  for (const [number, path] of paths.entries())
    if (number >= 10 && !gone.includes(path)) place.write(`source/${path}`, `after ${path}`, 200 + number * 41)
}

function treeBelow(folder: string): Record<string, string> {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return {}
  // Bodies on their way are looked at by the trials of copies.
  return Object.fromEntries(Object.entries(fullTree(folder)).filter(([path]) => !path.endsWith('.fairlead-part')))
}

/** A sync that copies, replaces and deletes: whoever looks finds each file as it was before or as it is afterwards. */
function syncs(name: string, to: Target, command: (place: Place) => Command, more: Partial<Operation> = {}): Operation {
  return {
    name,
    prepare: place => prepare(place, to),
    command,
    watch: async place => watchFolders(paths.map(path => join(folderOf(place, to), path))),
    clean: place => (to === 'store' ? cleanStore(place) : Promise.resolve()),
    tree: place => treeBelow(folderOf(place, to)),
    ...more,
  }
}

const syncCommand =
  (to: Target) =>
  (place: Place): Command => ({ verb: 'sync', from: place.source, to: addressOf(place, to), store: place.store })

export const syncOperations: readonly Operation[] = [
  syncs('a sync to a store', 'store', syncCommand('store')),
  syncs('a sync to a folder', 'destination', syncCommand('destination')),
  syncs(
    'a sync that moves what was renamed',
    'store',
    place => ({ verb: 'sync', from: place.source, to: 'store:/shots', store: place.store, trackRenames: true }),
    {
      async prepare(place) {
        await prepare(place, 'store')
        renameSync(join(place.source, kept[0] ?? ''), join(place.source, 'renamed.bin'))
      },
      watch: async place => watchFolders([...paths, 'renamed.bin'].map(path => join(folderOf(place, 'store'), path))),
    },
  ),
  syncs('the making and applying of a plan', 'store', place => ({
    verb: 'sync',
    from: place.source,
    to: 'store:/shots',
    store: place.store,
    plan: join(place.folder, 'plan.jsonl'),
  })),
]
