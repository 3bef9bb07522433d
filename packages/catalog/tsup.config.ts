import { library } from '@fairlead/tools/tsup'

// Entries of their own: a process and threads are started from these files.
export default library({ entry: ['src/index.ts', 'src/query/process.ts', 'src/staging/stage-files.ts', 'src/update/scan-folders.ts'] })
