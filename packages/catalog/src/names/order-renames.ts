/** One thing under another name; paths relative to the ingress. */
export interface Rename {
  readonly from: string
  readonly to: string
}

/** A rename at its place in the order. `isTemporary`: `to` is a name that a later one frees again; `isResumed`: `from` is one. */
export interface OrderedRename<R extends Rename> extends Rename {
  readonly source: R
  readonly isTemporary: boolean
  readonly isResumed: boolean
}

/**
 * The order in which renames that free each other's names can be done: a name is free before it is taken, and one of a
 * circle goes by a temporary name. Every `from` and every `to` occurs once. Linear in their number.
 */
export function orderRenames<R extends Rename>(renames: readonly R[], temporaryName: (rename: R) => string): readonly OrderedRename<R>[] {
  const bySource = new Map(renames.map(rename => [rename.from, rename]))
  const ordered: OrderedRename<R>[] = []
  const done = new Set<R>()
  for (const first of renames) {
    // What must go before `first`, the nearest before it.
    const chain: R[] = []
    const inChain = new Set<R>()
    let next: R | undefined = first
    while (next !== undefined && !done.has(next) && !inChain.has(next)) {
      chain.push(next)
      inChain.add(next)
      next = bySource.get(next.to)
    }
    // What can block a chain but itself is already done: the circle is the whole chain, since every name is taken once.
    const isCircle = next !== undefined && inChain.has(next)
    const parked = isCircle ? chain.at(-1) : undefined
    const aside = parked === undefined ? '' : temporaryName(parked)
    if (parked !== undefined) ordered.push({ from: parked.from, to: aside, source: parked, isTemporary: true, isResumed: false })
    for (const rename of chain.toReversed()) {
      done.add(rename)
      if (rename !== parked) ordered.push({ from: rename.from, to: rename.to, source: rename, isTemporary: false, isResumed: false })
    }
    if (parked !== undefined) ordered.push({ from: aside, to: parked.to, source: parked, isTemporary: false, isResumed: true })
  }
  return ordered
}
