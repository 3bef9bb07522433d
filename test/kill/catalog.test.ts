import { catalogOperations } from './operations-catalog.ts'
import { killTests } from './suite.ts'

killTests(catalogOperations)
