import { conformance, liveSetup } from '@fairlead/testkit'
import { swift } from '../src/index.ts'
import { memorySwift, realSwift } from './setups.ts'

conformance({ plugin: swift, setups: [memorySwift, realSwift, liveSetup(swift)], floor: 180 })
