import { hash } from 'node:crypto'
import type { Facts } from '../facts/facts.ts'
import type { Item, Place } from '../transfer/place.ts'
import type { ComparedState } from '../transfer/compare.ts'
import type { ConnectionMemory, ObjectMemory } from './object-memory.ts'
import type { PlannedState } from './plan-format.ts'
import { realPath } from './real-path.ts'

/** One end of a sync: a place with what is remembered of it. */
export interface Side {
  readonly place: Place
  /** Absolute path, or `connection:/path`. */
  readonly address: string
  readonly local: boolean
  /** What tells this place from others of that name: a hash, so that no plan holds what identifies an account. */
  readonly identity: string
  /** Listings tell the time of the content, not of the upload. */
  readonly contentTimes: boolean
  readonly memory: ConnectionMemory | undefined
  readonly facts: Facts
}

/** One end, with what is remembered of it. */
export function sideOf(place: Place, facts: Facts, memory: ObjectMemory): Side {
  if (place.kind === 'local') {
    const root = realPath(place.root)
    return { place, address: place.root, local: true, identity: hashOf(['local', root]), contentTimes: true, memory: undefined, facts }
  }
  const { client, prefix, title } = place
  const { write } = client.capabilities
  return {
    place,
    address: title,
    local: false,
    identity: hashOf([client.identity, prefix]),
    contentTimes: write !== false && write.modified === 'settable',
    memory: memory.of(client.identity),
    facts,
  }
}

function hashOf(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts))
}

/** What is known of an item. `deep`: also hashes, which are looked for only when times say nothing. */
export function stateOf(side: Side, item: Item, deep: boolean): ComparedState {
  const { size, modifiedMs, etag, checksums, stamp } = item
  const base = { ...(size !== undefined && { size }), ...(checksums !== undefined && { checksums }) }
  if (side.local) {
    const sha256 = deep && stamp !== undefined ? side.facts.file(stamp)?.sha256 : undefined
    return { ...base, ...(modifiedMs !== undefined && { contentMs: modifiedMs }), ...(sha256 !== undefined && { sha256 }) }
  }
  const known = etag === undefined || (side.contentTimes && !deep) ? undefined : side.memory?.recall(objectOf(side, item), etag)
  const contentMs = known?.modifiedMs ?? (side.contentTimes ? modifiedMs : undefined)
  return {
    ...base,
    ...(contentMs !== undefined && { contentMs }),
    ...(known?.modifiedMs !== undefined && { remembered: true as const }),
    ...(contentMs === undefined && modifiedMs !== undefined && { storedMs: modifiedMs }),
    ...(known?.sha256 !== undefined && { sha256: known.sha256 }),
  }
}

/** The path by which the memory knows an item: of the whole connection, so that syncs of other folders find it. */
export function objectOf({ place }: Side, { path }: Pick<Item, 'path'>): string {
  return place.kind === 'client' ? place.object(path) : path
}

/** What a plan says of an item. */
export function plannedState({ size, modifiedMs, etag }: Item): PlannedState {
  return {
    size: size ?? 0,
    ...(modifiedMs !== undefined && { modified: new Date(modifiedMs).toISOString() }),
    ...(etag !== undefined && { etag }),
  }
}

/** Whether an item is still what a plan says. Where there is an etag it decides alone. */
export function isAsPlanned(item: Item, state: PlannedState): boolean {
  if (item.size !== undefined && item.size !== state.size) return false
  if (item.etag !== undefined && state.etag !== undefined) return item.etag === state.etag
  if (item.modifiedMs === undefined || state.modified === undefined) return true
  // Both are cut to milliseconds in one way, towards 1970, as dates are.
  return Math.trunc(item.modifiedMs) === Date.parse(state.modified)
}
