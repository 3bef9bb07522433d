// count.mjs tests|check REPORT EXIT-CODE: prints "passed failed skipped" of one step, from the report that it wrote.
import { existsSync, readFileSync } from 'node:fs'

const [kind, file, exitCode] = process.argv.slice(2)
const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
let passed = 0
let failed = 0
let skipped = 0
if (report !== undefined && kind === 'tests') {
  passed = report.numPassedTests
  skipped = report.numPendingTests + report.numTodoTests
  // A file that could not be loaded has failed, though none of its tests ran.
  const unloaded = report.testResults.filter(one => one.status === 'failed' && !one.assertionResults.some(test => test.status === 'failed'))
  failed = report.numFailedTests + unloaded.length
} else if (report !== undefined) {
  passed = report.passed
  failed = report.failed
}
// It ended badly, or without a word of what it did.
if (failed === 0 && (exitCode !== '0' || passed === 0)) failed = 1
console.log(passed, failed, skipped)
