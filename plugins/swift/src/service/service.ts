import { FairleadError, rootFolder, type ConnectionInit } from '@fairlead/core'
import type { options } from '../manifest.ts'
import { Cluster } from './cluster.ts'
import { Container } from './container.ts'
import { LargeCopies } from './large-copies.ts'
import { LargeObjects } from './large-objects.ts'
import { Links } from './links.ts'
import { Listings } from './listing.ts'
import { Manifests } from './manifests.ts'
import { Objects } from './objects.ts'
import { Removal } from './removal.ts'
import { Sessions } from './session.ts'
import { Keys } from './temp-url-keys.ts'
import { Uploads } from './uploads.ts'
import { Wire } from './wire.ts'

/** Everything a connection does its work with. */
export interface Service {
  readonly sessions: Sessions
  readonly listings: Listings
  readonly objects: Objects
  readonly uploads: Uploads
  readonly links: Links
  readonly keys: Keys
}

/** Puts the parts of a connection together; nothing is asked of the service yet. Throws `config-invalid`. */
export function openService({ host, settings }: ConnectionInit<typeof options>): Service {
  const { clock, log, connection } = host
  for (const name of ['container', 'segment-container'] as const) checkContainer(settings[name], name, connection)
  const root = rootFolder(settings.prefix)
  const sessions = new Sessions(host, settings)
  const wire = new Wire(host, sessions)
  const cluster = new Cluster(wire)
  const container = new Container(wire, settings.container, settings['create-container'])
  const large = new LargeObjects(wire, container, settings['segment-container'], () => clock.now().getTime())
  const removal = new Removal(wire, container, large, cluster, log)
  const manifests = new Manifests(wire, container, large, removal)
  const copies = new LargeCopies(wire, large, manifests, removal, clock)
  const keys = new Keys(wire, container)
  return {
    sessions,
    keys,
    listings: new Listings(wire, container, root, log),
    objects: new Objects({ wire, container, root, large, copies, removal }),
    uploads: new Uploads({ wire, container, root, large, manifests, removal, cluster, clock, connection }),
    links: new Links({ wire, container, root, keys, cluster, settings, host }),
  }
}

/** Names of containers have at most 256 bytes and no slash. */
function checkContainer(name: string | undefined, setting: string, connection: string): void {
  if (name === undefined || (name !== '' && !name.includes('/') && Buffer.byteLength(name) <= 256)) return
  throw new FairleadError('config-invalid', `setting "${setting}" of connection "${connection}": "${name}" is not a valid container name`, {
    connection,
    hint: 'A name has at most 256 bytes and no slash; use the setting prefix for a folder in the container.',
  })
}
