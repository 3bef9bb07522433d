import { conformance } from '@fairlead/testkit'
import { girder } from '../src/index.ts'
import { realGirder } from './setups.ts'

conformance({ plugin: girder, setups: [realGirder], floor: 180 })
