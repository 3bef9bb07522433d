import { library } from '@fairlead/tools/tsup'

export default library({ entry: ['src/index.ts', 'src/conformance/child.ts'] })
