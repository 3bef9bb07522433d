// npm run build: every package into its dist folder, cached.
import { build, step } from './lib/run.ts'

process.exitCode = (await step('build', build)) ? 0 : 1
