export { createEngine, type Engine, type EngineOptions, type RunOptions } from './engine.ts'
export type { Handler, HandlerContext, HandlerModules, Handlers, ResultOf, UnitOf } from './handler.ts'
