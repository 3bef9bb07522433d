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
}
