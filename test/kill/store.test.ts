import { pullOperations, storeOperations } from './operations-store.ts'
import { killTests } from './suite.ts'

killTests([...storeOperations, ...pullOperations])
