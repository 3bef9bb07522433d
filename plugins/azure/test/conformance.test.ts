import { conformance, liveSetup } from '@fairlead/testkit'
import { azure } from '../src/index.ts'
import { azurite } from './setups.ts'

conformance({ plugin: azure, setups: [azurite, liveSetup(azure)], floor: 180 })
