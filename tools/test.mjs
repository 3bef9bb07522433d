// npm test [-- vitest arguments]: builds what changed, then runs the tests of all projects.
// FAIRLEAD_TEST_REPORT=FILE also writes the results as JSON. FAIRLEAD_REQUIRE_SERVERS=1 makes a missing server a failure.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build, root, step } from './lib/run.ts'

if (!(await step('build', build))) process.exit(1)
const report = process.env.FAIRLEAD_TEST_REPORT
const skips = fileURLToPath(new URL('lib/skip-reporter.ts', import.meta.url))
const reporters = ['--reporter=default', `--reporter=${skips}`, ...(report ? ['--reporter=json', `--outputFile.json=${report}`] : [])]
const wanted = process.argv.slice(2)
// Installing the packed packages takes a while: only when it is asked for.
const projects = wanted.some(argument => argument.startsWith('--project')) ? [] : ['--project=!packed', '--project=!scaffold']
const done = spawnSync('vitest', ['run', ...projects, ...reporters, ...wanted], { cwd: root, stdio: 'inherit' })
if (done.error) throw done.error
process.exitCode = done.status ?? 1
