import { library } from '@fairlead/tools/tsup'

// The query process and the staging handler are entries of their own: a process and threads are started from their files.
export default library({ entry: ['src/index.ts', 'src/query/process.ts', 'src/staging/stage-files.ts'] })
