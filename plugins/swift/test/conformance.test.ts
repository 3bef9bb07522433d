import { conformance } from '@fairlead/testkit'
import { swift } from '../src/index.ts'
import { memorySwift, realSwift } from './setups.ts'

conformance({ plugin: swift, setups: [memorySwift, realSwift], floor: 180 })
