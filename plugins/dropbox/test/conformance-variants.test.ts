import { conformance } from '@fairlead/testkit'
import { dropbox } from '../src/index.ts'
import { searchedDropbox, sequentialDropbox } from './setups.ts'

conformance({ plugin: dropbox, setups: [sequentialDropbox], groups: ['write', 'retry', 'resume'], floor: 30 })
conformance({ plugin: dropbox, setups: [searchedDropbox], groups: ['search'], floor: 28 })
