import { FairleadError, rootFolder, type ConnectionInit } from '@fairlead/core'
import { chosenEndings, knownEndings } from '../documents.ts'
import type { options } from '../manifest.ts'
import { Contents } from './content.ts'
import { Copies } from './copies.ts'
import { Files } from './files.ts'
import { Links } from './links.ts'
import { Listings } from './listing.ts'
import { Lookup } from './lookup.ts'
import { Paths } from './paths.ts'
import { Removal } from './removal.ts'
import { Roots } from './root.ts'
import { Sdk } from './sdk.ts'
import { Search } from './search.ts'
import { Targets } from './targets.ts'
import { Thumbnails } from './thumbnails.ts'
import { tokensOf, type Tokens } from './tokens.ts'
import { Tree } from './tree.ts'
import { Uploads } from './uploads.ts'
import { Wire } from './wire.ts'

/** The parts of the client, each for one kind of operation. */
export interface Service {
  readonly tokens: Tokens
  readonly sdk: Sdk
  readonly contents: Contents
  readonly listings: Listings
  readonly copies: Copies
  readonly removal: Removal
  readonly uploads: Uploads
  readonly links: Links
  readonly search: Search
}

/** Puts them together; nothing is asked of the service yet. */
export function openService(init: ConnectionInit<typeof options>): Service {
  const { settings, host } = init
  const endings = chosenEndings(settings.export)
  if ('unknown' in endings) {
    throw new FairleadError('config-invalid', `setting "export" of connection "${host.connection}": "${endings.unknown}" is not a format`, {
      connection: host.connection,
      hint: `Use some of ${knownEndings.join(', ')}, or none.`,
    })
  }
  const tokens = tokensOf(init)
  const wire = new Wire(host, tokens, settings.endpoint)
  const sdk = new Sdk(host, tokens, settings.endpoint)
  const files = new Files(wire)
  const tree = new Tree(files, new Roots(init, files, sdk), rootFolder(settings.prefix), host.clock)
  const lookup = new Lookup(files, tree, endings)
  const paths = new Paths(files, tree)
  const targets = new Targets(files, tree, lookup, new Thumbnails(init), host.log)
  const contents = new Contents({ wire, files, lookup, targets, endings })
  return {
    tokens,
    sdk,
    contents,
    listings: new Listings(files, tree, lookup, endings, host, tokens),
    copies: new Copies({ sdk, files, tree, lookup, targets, contents, endings }),
    removal: new Removal(files, tree, lookup, settings.removal === 'erase'),
    uploads: new Uploads(wire, targets, endings),
    links: new Links({ sdk, files, tree, lookup, paths, settings, host }),
    search: new Search(files, tree, paths),
  }
}
