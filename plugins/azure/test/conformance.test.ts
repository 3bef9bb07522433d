import { conformance } from '@fairlead/testkit'
import { azure } from '../src/index.ts'
import { azurite } from './setups.ts'

conformance({ plugin: azure, setups: [azurite], floor: 180 })
