import { conformance } from '@fairlead/testkit'
import { dropbox } from '../src/index.ts'
import { liveDropbox, memoryDropbox } from './setups.ts'

conformance({ plugin: dropbox, setups: [memoryDropbox, liveDropbox], floor: 190 })
