import { disk } from '@fairlead/client-disk'
import { FairleadError } from '@fairlead/core'
import { createClient, type Client, type VerifyResult } from '@fairlead/core/host'
import { absent, type Sight, type Watch } from './watch.ts'

/** Assets of a store by reference: what resolves must have all of its content. `small`: they are read whole at every look. */
export async function watchAssets(root: string, home: string, references: readonly string[], small: boolean): Promise<Watch> {
  const client = await createClient(disk, { root }, { name: 'store', env: { FAIRLEAD_HOME: home } })
  const verified = new Map<string, string>()
  return {
    async look(thorough) {
      const states = new Map<string, string>()
      const problems: string[] = []
      for (const reference of references) {
        if (thorough || small) verified.delete(reference)
        const { state, problem } = await lookAt(client, reference, verified.get(reference))
        states.set(reference, state)
        verified.set(reference, state)
        if (problem !== undefined) problems.push(problem)
      }
      return { states, problems } satisfies Sight
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

async function lookAt(
  client: Client,
  reference: string,
  known: string | undefined,
): Promise<{ readonly state: string; readonly problem?: string }> {
  for (;;) {
    const state = await digestOf(client, reference)
    if (state === absent || state === known) return { state }
    const result = await verified(client, reference)
    // What was replaced or removed while it was read is looked at again.
    if (result === undefined || (await digestOf(client, reference)) !== state) continue
    if (result.ok) return { state }
    const what = result.problems.map(({ path, problem }) => `"${path}": ${problem}`).join(', ')
    return { state, problem: `${reference} resolves, and is not whole: ${what}` }
  }
}

async function digestOf(client: Client, reference: string): Promise<string> {
  const found = await orMissing(client.inspect(reference))
  return found?.digest ?? absent
}

function verified(client: Client, reference: string): Promise<VerifyResult | undefined> {
  return orMissing(client.verify(reference))
}

async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (FairleadError.is(error, 'not-found')) return undefined
    throw error
  }
}
