/** What a process of a trial does: one verb of the public API on real folders. */
export type Command =
  | { readonly verb: 'push'; readonly root: string; readonly source: string; readonly reference: string; readonly force: boolean }
  | { readonly verb: 'pull'; readonly root: string; readonly reference: string; readonly destination: string; readonly force: boolean }
  | { readonly verb: 'remove'; readonly root: string; readonly reference: string }
  | { readonly verb: 'export'; readonly root: string; readonly staging: string; readonly force: boolean; readonly prefix?: string }
  /** Ends as the command line has them; `store` and `mirror` are connections to these folders. */
  | { readonly verb: 'copy'; readonly from: string; readonly to: string; readonly store: string; readonly mirror: string }
  | {
      readonly verb: 'sync'
      readonly from: string
      readonly to: string
      readonly store: string
      readonly trackRenames?: true
      readonly plan?: string
    }
  | { readonly verb: 'update'; readonly project: string }
  | { readonly verb: 'create'; readonly project: string }
  | { readonly verb: 'name-fix'; readonly project: string }
  | { readonly verb: 'name-undo'; readonly project: string }
  | { readonly verb: 'query-output'; readonly project: string; readonly file: string }
  | { readonly verb: 'query-save'; readonly project: string }
  | { readonly verb: 'spec-bump'; readonly project: string }

/** The parent's word to begin; with `killAt` the process kills itself at that boundary of its own system calls. */
export interface Go {
  readonly command: Command
  readonly killAt?: number
}

/** What a process that lived to the end tells. */
export interface Report {
  /** Boundaries of file and database calls that were passed: two a call, before and behind it. */
  readonly boundaries: number
  /** Bytes that went over to the other side, and bytes that an earlier process had brought there. */
  readonly moved: number
  readonly resumed: number
  readonly error?: { readonly code: string; readonly message: string }
}
