import { azure } from '@fairlead/client-azure'
import { disk } from '@fairlead/client-disk'
import { drive } from '@fairlead/client-drive'
import { dropbox } from '@fairlead/client-dropbox'
import { girder } from '@fairlead/client-girder'
import { s3 } from '@fairlead/client-s3'
import { swift } from '@fairlead/client-swift'
import type { AnyPlugin } from '@fairlead/core'
import type { Setup } from '@fairlead/testkit'
// @boundaries-ignore The servers of the client's own tests.
import { azurite } from '../../../plugins/azure/test/setups.ts'
// @boundaries-ignore The same.
import { folder } from '../../../plugins/disk/test/setups.ts'
// @boundaries-ignore The same.
import { memoryDrive } from '../../../plugins/drive/test/setups.ts'
// @boundaries-ignore The same.
import { memoryDropbox, searchedDropbox } from '../../../plugins/dropbox/test/setups.ts'
// @boundaries-ignore The same.
import { memoryGirder, realGirder } from '../../../plugins/girder/test/setups.ts'
// @boundaries-ignore The same.
import { emulator, versity } from '../../../plugins/s3/test/setups.ts'
// @boundaries-ignore The same.
import { memorySwift, realSwift } from '../../../plugins/swift/test/setups.ts'

/** One client on one service that can be had in a test. */
export interface Kind {
  /** What its connection is called. */
  readonly name: string
  readonly plugin: AnyPlugin
  readonly setup: Setup
  /** Told to ask an index of the service, it finds words only by how they begin. */
  readonly byBeginnings?: true
}

/** Every client: on what always runs, and on the real server where there is one. */
export const kinds: readonly Kind[] = [
  { name: 'disk', plugin: disk, setup: folder },
  { name: 's3-emulator', plugin: s3, setup: emulator },
  { name: 's3', plugin: s3, setup: versity },
  { name: 'azure', plugin: azure, setup: azurite },
  { name: 'swift-memory', plugin: swift, setup: memorySwift },
  { name: 'swift', plugin: swift, setup: realSwift },
  { name: 'drive', plugin: drive, setup: memoryDrive },
  { name: 'dropbox', plugin: dropbox, setup: memoryDropbox },
  { name: 'dropbox-search', plugin: dropbox, setup: searchedDropbox, byBeginnings: true },
  { name: 'girder-memory', plugin: girder, setup: memoryGirder },
  { name: 'girder', plugin: girder, setup: realGirder },
]

/** Why a client can't be had here; undefined when it can. Throws where FAIRLEAD_REQUIRE_SERVERS=1 wants it. */
export function missing({ setup }: Kind): string | undefined {
  return setup.unavailable?.(process.env)
}

/** The clients that can be had here. */
export const usable = kinds.filter(kind => missing(kind) === undefined)
