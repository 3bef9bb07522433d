import { conformance, liveSetup } from '@fairlead/testkit'
import { girder } from '../src/index.ts'
import { memoryGirder, realGirder } from './setups.ts'

// The real one answers some 200 requests a second, and the cases of search make thousands.
conformance({ plugin: girder, setups: [memoryGirder, realGirder, liveSetup(girder)], floor: 180, timeoutMs: 300_000 })
