// npm run bench -- names|start|update|million|query|transfer|list|stores|hidebound|hidebound-short|all [--runs N] [--json FILE] …: builds what changed, then measures it. See bench/README.md.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build, root, step } from './lib/run.ts'

const args = process.argv.slice(2)
if (!args.includes('--sources') && !(await step('build', build))) process.exit(1)
// Started without the certificates of whoever runs it: they cost every Node about 50 ms.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env
const done = spawnSync(process.execPath, ['--conditions=@fairlead/source', join(root, 'bench', 'main.ts'), ...args], {
  cwd: root,
  env,
  stdio: 'inherit',
})
if (done.error) throw done.error
process.exitCode = done.status ?? 1
