import { conformance, liveSetup } from '@fairlead/testkit'
import { girder } from '../src/index.ts'
import { memoryGirder, realGirder } from './setups.ts'

conformance({ plugin: girder, setups: [memoryGirder, realGirder, liveSetup(girder)], floor: 180 })
