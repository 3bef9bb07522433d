// npm run check [-- step …]: everything about the code that is not a test. One line a step; the output of those that fail.
// FAIRLEAD_CHECK_REPORT=FILE also writes {"passed": n, "failed": n}.
import { writeFileSync } from 'node:fs'
import { build, capture, step } from './lib/run.ts'
import { pack } from './lib/packages.ts'

/**
 * Packs all packages and runs a command on every tarball.
 * @param {string} command
 * @param {(tarball: string) => string[]} args
 */
function onTarballs(command, args) {
  using packed = pack()
  if (!packed.ok) return packed
  const bad = packed.packages.map(({ tarball }) => capture(command, args(tarball))).filter(({ ok }) => !ok)
  return { ok: bad.length === 0, output: bad.map(({ output }) => output).join('\n'), note: `${packed.packages.length} tarballs` }
}

/** @type {Record<string, () => import('./lib/run.ts').Outcome>} */
const steps = {
  lint: () => capture('oxlint', ['--type-aware', '--deny-warnings', '.']),
  format: () => capture('oxfmt', ['--check', '.']),
  types: () => capture('turbo', ['run', 'typecheck', '--output-logs=errors-only', '--continue']),
  boundaries: () => capture('turbo', ['boundaries']),
  knip: () => capture('knip', ['--no-progress']),
  'knip production': () => capture('knip', ['--no-progress', '--production']),
  build,
  publint: () => onTarballs('publint', tarball => ['run', tarball, '--strict']),
  attw: () => onTarballs('attw', tarball => [tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii']),
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter(name => !(name in steps))
if (unknown.length > 0) {
  console.error(`no such step: ${unknown.join(', ')}. There are: ${Object.keys(steps).join(', ')}`)
  process.exit(2)
}
const count = { passed: 0, failed: 0 }
for (const [name, work] of Object.entries(steps)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (await step(name, work)) count.passed += 1
  else count.failed += 1
}
if (process.env.FAIRLEAD_CHECK_REPORT) writeFileSync(process.env.FAIRLEAD_CHECK_REPORT, JSON.stringify(count))
process.exitCode = count.failed === 0 ? 0 : 1
