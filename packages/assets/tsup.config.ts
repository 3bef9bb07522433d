import { library } from '@fairlead/tools/tsup'

export default library({ entry: ['src/index.ts', 'src/hidebound/index.ts'] })
