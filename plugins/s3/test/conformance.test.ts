import { conformance, liveSetup } from '@fairlead/testkit'
import { s3 } from '../src/index.ts'
import { emulator, swift, versity } from './setups.ts'

conformance({ plugin: s3, setups: [emulator, versity, swift, liveSetup(s3)], floor: 150 })
