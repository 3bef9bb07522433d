import { copyOperations } from './operations-copy.ts'
import { killTests } from './suite.ts'

killTests(copyOperations)
