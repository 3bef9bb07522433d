import { conformance } from '@fairlead/testkit'
import { azure } from '../src/index.ts'
import { azuriteWithLogin } from './setups.ts'

conformance({ plugin: azure, setups: [azuriteWithLogin], groups: ['token'], floor: 4 })
