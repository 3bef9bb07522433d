import { comparePaths, type TextSorter } from '@fairlead/core'

/** The names of a folder in order, each given once. */
export interface SortedNames {
  next(): string | undefined
  /** Lets go of all names up to and including this one; whether it was there. */
  skipPast(name: string): boolean
}

/** What is left in a sorter, as names of which those in front of a place can be let go. */
export function sortedNames(sorter: TextSorter): SortedNames {
  let ahead: string | undefined
  const next = (): string | undefined => {
    if (ahead === undefined) return sorter.next()
    const name = ahead
    ahead = undefined
    return name
  }
  return {
    next,
    skipPast(wanted) {
      for (let name = next(); name !== undefined; name = next()) {
        if (name === wanted) return true
        if (comparePaths(name, wanted) < 0) continue
        ahead = name
        return false
      }
      return false
    },
  }
}
