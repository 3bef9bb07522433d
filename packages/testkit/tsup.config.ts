import { library } from '@fairlead/tools/tsup'

export default library({
  entry: {
    index: 'src/index.ts',
    servers: 'src/servers/index.ts',
    child: 'src/conformance/child.ts',
    readme: 'src/readme/index.ts',
    reporter: 'src/reporter/index.ts',
  },
})
