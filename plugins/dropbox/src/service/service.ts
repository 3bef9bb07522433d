import { join } from 'node:path'
import { rootFolder, type ConnectionInit } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { ArrivedParts } from './arrived-parts.ts'
import { Copies } from './copies.ts'
import { Links } from './links.ts'
import { Listings } from './listing.ts'
import { Objects } from './objects.ts'
import { Records } from './records.ts'
import { Removal } from './removal.ts'
import { Search } from './search.ts'
import { Uploads } from './uploads.ts'
import { Wire } from './wire.ts'

/** Everything a connection does its work with. */
export interface Service {
  readonly wire: Wire
  readonly listings: Listings
  readonly objects: Objects
  readonly copies: Copies
  readonly removal: Removal
  readonly uploads: Uploads
  readonly links: Links
  readonly search: Search
}

/** Whether the settings let metadata be kept: templates of property groups belong to a user, and a team has none of theirs. */
export function keepsProperties(settings: ConnectionInit<typeof options>['settings']): boolean {
  return settings.properties && settings['team-member'] === undefined && settings['team-admin'] === undefined
}

/** Puts the parts of a connection together; nothing is asked of the service yet. Throws `config-invalid`. */
export function openService({ host, settings }: ConnectionInit<typeof options>): Service {
  const root = rootFolder(settings.prefix)
  const wire = new Wire(host, settings)
  const records = new Records(wire, host, keepsProperties(settings))
  const objects = new Objects(wire, records, root)
  const removal = new Removal(wire, root, host.clock)
  const arrived = new ArrivedParts(() => join(host.cacheFolder(), 'uploads'))
  const listings = new Listings(wire, records, root)
  return {
    wire,
    listings,
    objects,
    removal,
    copies: new Copies(wire, records, objects, removal, root),
    uploads: new Uploads(wire, objects, arrived, settings['parallel-parts']),
    links: new Links(wire, root, settings, host),
    search: new Search(wire, listings, root),
  }
}
