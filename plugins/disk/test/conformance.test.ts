import { conformance } from '@fairlead/testkit'
import { disk } from '../src/index.ts'
import { folder } from './setups.ts'

conformance({ plugin: disk, setups: [folder], floor: 160 })
