import { plugin } from '@fairlead/tools/tsup'

export default plugin()
