import { definePlugin, FairleadError, type ConnectionInit, type Plugin } from '@fairlead/core'
import { memoryManifest, type MemoryOptions } from '../../src/memory/manifest.ts'
import { MemoryFullConnection } from '../../src/memory/variants.ts'
import * as reads from './reads.ts'
import * as services from './services.ts'
import * as writes from './writes.ts'

type Connect = new (init: ConnectionInit<MemoryOptions>, capabilities: typeof memoryManifest.capabilities) => MemoryFullConnection

function plugin(Connection: Connect): Plugin<MemoryOptions> {
  return definePlugin({ contract: 1, manifest: memoryManifest, connect: async init => new Connection(init, memoryManifest.capabilities) })
}

/** The memory client as it should be: the suite must find nothing. */
export const unbroken = plugin(MemoryFullConnection)

export const ignoresAbort = plugin(reads.IgnoresAbort)
export const swallowsNotFound = plugin(reads.SwallowsNotFound)
export const rangeOffByOne = plugin(reads.RangeOffByOne)
export const ignoresReadCondition = plugin(reads.IgnoresReadCondition)
export const truncatesBodies = plugin(reads.TruncatesBodies)
export const dropsLastPage = plugin(reads.DropsLastPage)
export const repeatsBetweenPages = plugin(reads.RepeatsBetweenPages)
export const listsByStringPrefix = plugin(reads.ListsByStringPrefix)
export const unorderedListing = plugin(reads.UnorderedListing)

export const ignoresAbsent = plugin(writes.IgnoresAbsent)
export const ignoresMatch = plugin(writes.IgnoresMatch)
export const partsInArrivalOrder = plugin(writes.PartsInArrivalOrder)
export const goneUploadStillThere = plugin(writes.GoneUploadStillThere)
export const losesMetadata = plugin(writes.LosesMetadata)
export const keepsHalfABody = plugin(writes.KeepsHalfABody)
export const foldsCase = plugin(writes.FoldsCase)
export const decodesPaths = plugin(writes.DecodesPaths)
export const trimsNames = plugin(writes.TrimsNames)
export const removesNeighbours = plugin(writes.RemovesNeighbours)

export const leaksSecret = plugin(services.LeaksSecret)
export const unauthenticatedAsDenied = plugin(services.UnauthenticatedAsDenied)
export const refreshesOnce = plugin(services.RefreshesOnce)
export const forgetsRetryAfter = plugin(services.ForgetsRetryAfter)
export const givesUpAtOnce = plugin(services.GivesUpAtOnce)
export const revokeDoesNothing = plugin(services.RevokeDoesNothing)
export const expiryIgnored = plugin(services.ExpiryIgnored)
export const throwsPlainErrors = plugin(services.ThrowsPlainErrors)
export const answersWithDates = plugin(services.AnswersWithDates)
export const answersWithSecret = plugin(services.AnswersWithSecret)

/** Declares no copying, and copies. */
export const doesMoreThanItDeclares = definePlugin({
  contract: 1,
  manifest: { ...memoryManifest, capabilities: { ...memoryManifest.capabilities, copy: false } },
  connect: async init => new MemoryFullConnection(init, { ...memoryManifest.capabilities, copy: false }),
})

/** Declares copying, and answers `unsupported` itself. */
export const doesLessThanItDeclares = definePlugin({
  contract: 1,
  manifest: memoryManifest,
  connect: async init =>
    new (class extends MemoryFullConnection {
      override async doCopy(): Promise<never> {
        throw new FairleadError('unsupported', 'copying is for the next version')
      }
    })(init, memoryManifest.capabilities),
})
