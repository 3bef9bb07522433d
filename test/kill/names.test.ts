import { nameOperations } from './operations-names.ts'
import { killTests } from './suite.ts'

killTests(nameOperations)
