import { layoutPath, layoutVersion } from '../../contract/asset-layout.ts'
import { FairleadError } from '../../contract/errors.ts'
import { bytesSource } from '../../contract/source.ts'
import { asDeclared } from './as-declared.ts'
import { quiet, type AssetContext } from './asset-context.ts'
import type { CallOptions } from '../client.ts'
import type { ClientRuntime } from '../runtime.ts'

/** Connections whose marker this process has seen or written. */
const marked = new WeakSet<ClientRuntime>()

/**
 * Makes sure, before the first write, that the connection's layout is the one this version knows: writes the marker
 * where there is none. `unsupported` for another layout. Native asset stores have no layout of ours.
 */
export async function ensureLayout(context: AssetContext, call: CallOptions): Promise<void> {
  if (context.runtime.capabilities.assets === 'native' || marked.has(context.runtime)) return
  const marker = await readMarker(context, call)
  if (marker === undefined) {
    const { capabilities } = context.runtime
    try {
      await asDeclared(capabilities, async () => {
        const { write } = capabilities
        const condition = write !== false && write.conditions.includes('absent') ? { condition: { if: 'absent' } as const } : {}
        await context.objects.write(layoutPath, bytesSource(`${JSON.stringify({ layout: layoutVersion })}\n`), {
          ...quiet(call),
          contentType: 'application/json',
          ...condition,
        })
      })
    } catch (cause) {
      // Another writer was first: what it wrote is checked like any other marker.
      if (!FairleadError.is(cause, 'precondition-failed')) throw cause
      check(await readMarker(context, call))
    }
  } else check(marker)
  marked.add(context.runtime)
}

async function readMarker({ objects }: AssetContext, call: CallOptions): Promise<string | undefined> {
  try {
    return new TextDecoder().decode((await objects.readBytes(layoutPath, { ...quiet(call), maxBytes: 64 * 1024 })).bytes)
  } catch (cause) {
    if (FairleadError.is(cause, 'not-found')) return undefined
    throw cause
  }
}

function check(marker: string | undefined): void {
  const layout = layoutOf(marker ?? '')
  if (layout === layoutVersion) return
  throw new FairleadError(
    'unsupported',
    `"${layoutPath}" says that this connection has the layout ${layout ?? '(unreadable)'}; this program writes layout ${layoutVersion}.`,
    {
      path: layoutPath,
      hint: 'Update Fairlead, or use another root.',
    },
  )
}

/** The layout that a marker's text names; undefined when it is no marker. */
export function layoutOf(marker: string): string | number | undefined {
  try {
    const value: unknown = JSON.parse(marker)
    if (typeof value !== 'object' || value === null || !('layout' in value)) return undefined
    return typeof value.layout === 'number' || typeof value.layout === 'string' ? value.layout : undefined
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
