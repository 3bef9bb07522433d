import { FairleadError } from '../../contract/errors.ts'
import type { AssetContext } from './asset-context.ts'
import type { AssetFacts } from './asset-facts.ts'
import { clean } from './clean.ts'
import type { AssetVerbs, CallOptions, ObjectVerbs } from '../client.ts'
import { exportStaging } from '../export/export.ts'
import { openFacts, type Facts } from '../facts/facts.ts'
import { inspect } from './inspect.ts'
import { readMetadata } from '../metadata/read-metadata.ts'
import { NativeAssetStore } from './native-asset-store.ts'
import { ObjectAssetStore } from './object-asset-store.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { remove } from './remove.ts'
import type { ClientRuntime } from '../runtime.ts'
import { search } from './search.ts'
import { share, sharesOf } from '../shares/share.ts'
import { tag } from './tag.ts'
import { verify } from './verify.ts'

/**
 * The verbs on assets of one client, over its objects or, where its manifest says so, over the service's own assets.
 * Facts are opened by the first verb that needs them and closed with it, so a client holds nothing between two verbs.
 */
export function createAssetVerbs(runtime: ClientRuntime, objects: ObjectVerbs): AssetVerbs {
  const open = (): AssetContext & Disposable => {
    const facts = lazyFacts(runtime)
    const store =
      runtime.capabilities.assets === 'native' ? new NativeAssetStore(runtime) : new ObjectAssetStore(objects, runtime.capabilities, facts)
    return { runtime, objects, store, facts, [Symbol.dispose]: () => facts[Symbol.dispose]() }
  }
  /** A failure says of which connection and verb it is; an abort comes out as its reason, untouched. */
  const placed = (cause: unknown, operation: string, options: CallOptions | undefined): unknown => {
    const aborted = options?.signal?.aborted === true && cause === options.signal.reason
    return FairleadError.is(cause) && !aborted ? cause.with({ connection: runtime.name, operation }) : cause
  }
  const run = async <T>(operation: string, options: CallOptions | undefined, verb: (context: AssetContext) => Promise<T>): Promise<T> => {
    options?.signal?.throwIfAborted()
    using context = open()
    try {
      return await verb(context)
    } catch (cause) {
      throw placed(cause, operation, options)
    }
  }
  return {
    push: (path, reference, options) => run('push', options, context => push(context, path, reference, options)),
    pull: (reference, destination, options) => run('pull', options, context => pull(context, reference, destination, options)),
    async *search(query, options) {
      options?.signal?.throwIfAborted()
      using context = open()
      try {
        yield* search(context, query, options)
      } catch (cause) {
        throw placed(cause, 'search', options)
      }
    },
    inspect: (reference, options) => run('inspect', options, context => inspect(context, reference, options)),
    verify: (reference, options) => run('verify', options, context => verify(context, reference, options)),
    metadata: (file, options) =>
      run('metadata', options, async ({ facts }) => readMetadata(file, { ...options, sha256: await facts.sha256(file, options?.signal) })),
    tag: (reference, name, options) => run('tag', options, context => tag(context, reference, name, options)),
    remove: (reference, options) => run('remove', options, context => remove(context, reference, options)),
    share: (target, options) => run('share', options, context => share(context, target, options)),
    shares: sharesOf(runtime),
    export: (staging, options) => run('export', options, context => exportStaging(context, staging, options)),
    clean: options => run('clean', options, context => clean(context, options)),
  }
}

function lazyFacts({ folders, identity }: ClientRuntime): AssetFacts & Disposable {
  let opened: { readonly facts: Facts; readonly own: AssetFacts } | undefined
  const own = (): AssetFacts => {
    if (opened === undefined) {
      const facts = openFacts(folders.state)
      opened = { facts, own: facts.forConnection(identity) }
    }
    return opened.own
  }
  return {
    sha256: (file, signal) => own().sha256(file, signal),
    remote: (path, etag) => own().remote(path, etag),
    rememberRemote: (path, etag, value) => own().rememberRemote(path, etag, value),
    [Symbol.dispose]: () => opened?.facts[Symbol.dispose](),
  }
}
