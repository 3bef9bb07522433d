import { conformance } from '@fairlead/testkit'
import { shelf } from '../src/index.ts'
import { fake } from './setups.ts'

conformance({
  plugin: shelf,
  setups: [fake],
  // What isn't declared yet is left out with what to do next.
  steps: true,
  // The fewest cases that must really run: raise it with every capability.
  floor: 170, // @if example
})
