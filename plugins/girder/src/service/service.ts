import { FairleadError, rootFolder, type ConnectionInit } from '@fairlead/core'
import { rootFiles, type options } from '../manifest.ts'
import { Items } from './items.ts'
import { Links } from './links.ts'
import { Listings } from './listing.ts'
import { Objects } from './objects.ts'
import { Sessions } from './session.ts'
import { Tree } from './tree.ts'
import { Uploads } from './uploads.ts'
import { Wire } from './wire.ts'

/** Everything a connection does its work with. */
export interface Service {
  readonly sessions: Sessions
  readonly wire: Wire
  readonly objects: Objects
  readonly listings: Listings
  readonly uploads: Uploads
  readonly links: Links
}

/** Puts the parts of a connection together; nothing is asked of Girder yet. Throws `config-invalid`. */
export function openService({ host, settings }: ConnectionInit<typeof options>): Service {
  const prefix = rootFolder(settings.prefix)
  if (prefix.split('/')[0] === rootFiles)
    throw new FairleadError(
      'config-invalid',
      `The prefix "${prefix}" starts with "${rootFiles}", which is reserved for files of the root.`,
      {
        hint: 'Choose another folder.',
      },
    )
  const sessions = new Sessions(host, settings)
  const wire = new Wire(host, sessions)
  const tree = new Tree(wire, { root: settings.root, type: settings['root-type'], prefix }, host.clock)
  const items = new Items(wire, tree)
  return {
    sessions,
    wire,
    objects: new Objects(wire, tree, items),
    listings: new Listings(wire, tree, items),
    uploads: new Uploads(wire, items),
    links: new Links(wire, tree, items, host),
  }
}
