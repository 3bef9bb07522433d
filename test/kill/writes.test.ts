import { writeOperations } from './operations-writes.ts'
import { killTests } from './suite.ts'

killTests(writeOperations)
