import { conformance } from '@fairlead/testkit'
import { swift } from '../src/index.ts'
import { realSwift } from './setups.ts'

conformance({ plugin: swift, setups: [realSwift], floor: 100 })
