import { conformance } from '@fairlead/testkit'
import { s3 } from '../src/index.ts'
import { emulator, swift, versity } from './setups.ts'

conformance({ plugin: s3, setups: [emulator, versity, swift], floor: 150 })
