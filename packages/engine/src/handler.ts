/** What a handler is told besides its unit. */
export interface HandlerContext {
  /** Aborts when the run is aborted; a handler on a worker thread is stopped with its thread instead. */
  readonly signal: AbortSignal
}

/**
 * One kind of work: takes a unit, gives a result. Units and results cross thread borders, so both must be values that
 * structured clone can copy. A module holds one handler as its default export.
 */
export type Handler<Unit, Result> = (unit: Unit, context: HandlerContext) => Result | Promise<Result>

/** Handlers by name, as types; {@link HandlerModules} says where each one lies. */
export type Handlers = Readonly<Record<string, Handler<never, unknown>>>

/** Where the module of each handler lies: a `file:` URL, so that a worker thread can import it too. */
export type HandlerModules<H extends Handlers> = { readonly [Name in keyof H]: URL }

/** What a handler takes. */
export type UnitOf<H> = H extends Handler<infer Unit, unknown> ? Unit : never
/** What a handler gives. */
export type ResultOf<H> = H extends (...input: never[]) => infer Result ? Awaited<Result> : never
