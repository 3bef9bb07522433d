import { describe } from 'vitest'
import { conformance, memory } from '../../src/index.ts'
import { memorySetup } from '../setups.ts'
import { expectations } from './variants.ts'
import { ignoresReadCondition } from './plugins.ts'

const setup = memorySetup({ plugin: 'memory' })
const groups = ['read'] as const
const id = expectations.ignoresReadCondition

/** The suite's own rules, each broken or kept in one way. */
if (process.env.FAIRLEAD_BROKEN === 'rules') {
  describe('a deviation that is written down', () => {
    conformance({ plugin: ignoresReadCondition, groups, setups: [setup], deviations: { [id]: 'the service has no conditions' } })
  })
  describe('a deviation that is none any more', () => {
    conformance({ plugin: memory, groups, setups: [setup], deviations: { [id]: 'was repaired' } })
  })
  describe('a deviation of a case that does not exist', () => {
    conformance({ plugin: memory, groups, setups: [setup], deviations: { 'read/reads minds': 'no' } })
  })
  describe('no setup that needs nothing', () => {
    conformance({ plugin: memory, groups, setups: [{ ...setup, hermetic: false, unavailable: () => 'no server here' }] })
  })
  describe('a floor that is not reached', () => {
    conformance({ plugin: memory, groups, setups: [{ ...setup, lacks: { [id]: 'not today' } }], floor: 13 })
  })
  describe('a floor that is reached', () => {
    conformance({ plugin: memory, groups, setups: [setup], floor: 13 })
  })
}
