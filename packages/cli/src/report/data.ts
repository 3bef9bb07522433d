import type { ProblemGroup } from '@fairlead/catalog'
import type { TreeFolder } from './tree.ts'

/** How many of something are valid and not. */
export interface Shares {
  readonly valid: number
  readonly invalid: number
}

/** Why files and assets are refused, by rule. */
export interface RuleCount {
  readonly rule: string
  readonly problems: number
  readonly assets: number
}

export interface SpecificationCount extends Shares {
  readonly specification: string
  readonly files: number
  readonly bytes: number
}

export interface NewestAsset {
  readonly path: string
  readonly reference: string | undefined
  readonly valid: boolean
  /** Milliseconds since 1970. */
  readonly modified: number
}

/** A small picture of a frame, or why there is none. */
export interface Thumbnail {
  readonly filename: string
  readonly uri?: string
  readonly width?: number
  readonly height?: number
  readonly missing?: string
}

/** The frames that are shown of an asset. */
export interface Frames {
  readonly path: string
  readonly valid: boolean
  readonly thumbnails: readonly Thumbnail[]
}

/** What a report says; every text in it comes from outside and is escaped where it is shown. */
export interface Report {
  readonly project: string
  readonly ingress: string
  readonly counts: Shares & { readonly files: number; readonly assets: number; readonly unassigned: number; readonly bytes: number }
  readonly rules: readonly RuleCount[]
  readonly specifications: readonly SpecificationCount[]
  readonly newest: readonly NewestAsset[]
  readonly tree: TreeFolder
  readonly problems: readonly ProblemGroup[]
  /** Groups of problems that are not listed. */
  readonly moreProblems: number
  readonly frames: readonly Frames[]
}
