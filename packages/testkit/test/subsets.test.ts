import { describe } from 'vitest'
import { groupNames } from '../src/conformance/groups/all-groups.ts'
import { withoutOperations, type Operation } from '../src/conformance/unwritten.ts'
import { conformance, memory } from '../src/index.ts'
import { memorySetup } from './setups.ts'

const operations: Readonly<Record<string, Operation>> = {
  write: 'doWrite',
  list: 'doList',
  read: 'doRead',
  share: 'doShare',
  remove: 'doRemove',
}

/** Of what takes long or needs more than one of these, the whole clients are enough. */
const groups = groupNames.filter(name => !['retry', 'resume', 'abort', 'progress', 'token', 'paths'].includes(name))

// A client is written one operation after the other, in any order: it has to be green after each.
describe.each([
  { declared: [] },
  { declared: ['write'] },
  { declared: ['list'] },
  { declared: ['read'] },
  { declared: ['share'] },
  { declared: ['remove'] },
  { declared: ['write', 'list', 'remove'] },
  { declared: ['read', 'share', 'remove'] },
])('a client that can do nothing but $declared', ({ declared }: { readonly declared: readonly string[] }) => {
  const missing = Object.entries(operations).flatMap(([name, operation]) => (declared.includes(name) ? [] : [operation]))
  const plugin = withoutOperations(memory, [...missing, 'doCopy'])
  conformance({ plugin, setups: [memorySetup({ plugin: 'memory' })], groups })
})
