import { join } from 'node:path'
import { library } from '@fairlead/tools/tsup'
import { packTemplate } from './pack-template.ts'

// The tables of a README come from the test kit, of which nothing else is needed.
export default library({
  entry: ['src/index.ts', 'src/main.ts'],
  noExternal: [/^@fairlead\/testkit/],
  esbuildOptions(options) {
    options.conditions = ['@fairlead/source']
  },
  onSuccess: async () => packTemplate(join(import.meta.dirname, 'dist', 'template')),
})
