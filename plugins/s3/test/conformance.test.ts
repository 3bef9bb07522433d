import { conformance } from '@fairlead/testkit'
import { s3 } from '../src/index.ts'
import { versity } from './setups.ts'

conformance({ plugin: s3, setups: [versity], floor: 160 })
