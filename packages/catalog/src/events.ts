/** How far a step is. `total` is absent while it isn't known. */
export interface CatalogEvent {
  readonly type: 'progress'
  readonly phase: 'scan' | 'read' | 'publish' | 'plan' | 'stage' | 'metadata' | 'delete' | 'export'
  readonly done: number
  readonly total?: number
}

/** What every long step takes. An abort rejects with the signal's reason and leaves nothing half visible. */
export interface StepOptions {
  readonly signal?: AbortSignal
  readonly onEvent?: (event: CatalogEvent) => void
  /** Told once, as a warning, when another process at the same work has kept this one waiting for about two seconds. */
  readonly onWait?: (message: string) => void
}

/** What a lock is asked for with; `message` says who is waited for. */
export function lockOptions({ signal, onWait }: StepOptions, message: string): Pick<StepOptions, 'signal' | 'onWait'> {
  return { ...(signal !== undefined && { signal }), ...(onWait !== undefined && { onWait: () => onWait(message) }) }
}
