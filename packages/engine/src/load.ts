import { FairleadError } from '@fairlead/core'
import type { Handler } from './handler.ts'

function isHandler(value: unknown): value is Handler<unknown, unknown> {
  return typeof value === 'function'
}

/** The default export of a handler module. Throws `plugin-invalid` when it is not a function. */
export async function loadHandler(module: string): Promise<Handler<unknown, unknown>> {
  const loaded: unknown = await import(module)
  const handler = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined
  if (isHandler(handler)) return handler
  throw new FairleadError('plugin-invalid', `${module} has no handler`, {
    hint: 'Export the handler function of this module as its default.',
  })
}
