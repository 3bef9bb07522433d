import { conformance } from '@fairlead/testkit'
import { drive } from '../src/index.ts'
import { liveDrive, memoryDrive } from './setups.ts'

conformance({ plugin: drive, setups: [memoryDrive, liveDrive], floor: 150 })
