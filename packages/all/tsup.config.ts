import { library } from '@fairlead/tools/tsup'

export default library()
