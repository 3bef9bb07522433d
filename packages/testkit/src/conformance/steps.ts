import type { Manifest } from '@fairlead/core'
import type { GroupName } from './groups/all-groups.ts'

/** One step on the way to a whole client, in the order that works: each can be tried on what the ones before it made. */
export interface Step {
  readonly name: string
  /** The capability that declares it; absent for what every client has. */
  readonly capability?: 'write' | 'list' | 'read' | 'remove' | 'share'
  /** What is to be written, in words. */
  readonly write: string
  /** The groups of the suite that come with it. */
  readonly groups: readonly GroupName[]
  /** Whether the manifest declares it. */
  readonly declared: boolean
}

const order: ReadonlyArray<Omit<Step, 'declared'>> = [
  { name: 'authenticate', write: 'the settings, and doAccount', groups: ['manifest', 'options', 'secrets', 'errors', 'token', 'commands'] },
  { name: 'push', capability: 'write', write: 'doWrite', groups: ['write', 'abort', 'retry'] },
  { name: 'search', capability: 'list', write: 'doList', groups: ['list'] },
  {
    name: 'pull',
    capability: 'read',
    write: 'doStat and doRead',
    groups: ['read', 'paths', 'integrity', 'progress', 'resume', 'assets', 'search'],
  },
  { name: 'share', capability: 'share', write: 'doShare', groups: ['share'] },
  { name: 'remove', capability: 'remove', write: 'doRemove', groups: ['remove'] },
]

/**
 * The steps of writing a client, and which of them its manifest declares. `export` comes by itself once a client writes,
 * lists and reads.
 */
export function stepsOf({ capabilities }: Pick<Manifest, 'capabilities'>): readonly Step[] {
  const declared = ({ capability }: Omit<Step, 'declared'>): boolean => capability === undefined || capabilities[capability] !== false
  const { write, list, read } = capabilities
  return [
    ...order.map(step => ({ ...step, declared: declared(step) })),
    {
      name: 'export',
      write: 'nothing: it comes with push, search and pull',
      groups: ['export'],
      declared: write !== false && list !== false && read !== false,
    },
  ]
}

/** Whether a group of the suite comes with no capability of its own, so that what it can't show yet is no fault of what is declared. */
export function belongsToAll(group: GroupName): boolean {
  return order.every(({ capability, groups }) => capability === undefined || !groups.includes(group))
}

/** Why a step isn't there yet and what to do about it; undefined for one that is declared. */
export function whatNext(step: Step, steps: readonly Step[]): string | undefined {
  if (step.declared) return undefined
  const { name, capability, write, groups } = step
  if (capability === undefined) return `${name} comes by itself with push, search and pull`
  const first = steps.find(one => !one.declared && one.capability !== undefined) === step
  return `${first ? 'next' : 'later'}: ${name}. Declare \`${capability}\` in src/manifest.ts: ${groups.join(', ')} then fail until ${write} ${
    write.includes(' and ') ? 'are' : 'is'
  } in src/connection.ts`
}
