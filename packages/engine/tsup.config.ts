import { library } from '@fairlead/tools/tsup'

// The worker is an entry of its own: threads are started from its file.
export default library({ entry: ['src/index.ts', 'src/worker.ts'] })
