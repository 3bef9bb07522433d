import { syncOperations } from './operations-sync.ts'
import { killTests } from './suite.ts'

killTests(syncOperations)
