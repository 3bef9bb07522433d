import { stagingOperations } from './operations-staging.ts'
import { killTests } from './suite.ts'

killTests(stagingOperations)
