// npm run servers -- s3|azure|swift|girder: starts that server, prints how to connect to it, and ends it at Ctrl-C.
// npm run servers -- install [--peers]: gets what the tests need (with --peers, what the benchmarks need too) and no package of
// the machine has, into .tools/servers/bin.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { installPrograms } from './lib/programs.ts'
import { root } from './lib/run.ts'

const [what = '', ...more] = process.argv.slice(2)
if (what === 'install') {
  const groups = more.includes('--peers') ? ['servers', 'peers'] : ['servers']
  process.exitCode = installPrograms(groups, line => process.stdout.write(`${line}\n`)) ? 0 : 1
} else {
  const main = join(root, 'packages', 'testkit', 'src', 'servers', 'main.ts')
  const child = spawn(process.execPath, ['--conditions=@fairlead/source', main, what, ...more], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both; the other one ends in order, and then this one.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', code => (process.exitCode = code ?? 1))
}
