import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeMachine, machineText } from './report/machine.ts'
import type { Bench, Result } from './report/suite.ts'
import { resultText } from './report/tables.ts'
import { hidebound, hideboundShort } from './suites/hidebound.ts'
import { list } from './suites/list.ts'
import { million } from './suites/million.ts'
import { names } from './suites/names.ts'
import { root } from './suites/programs.ts'
import { query } from './suites/query.ts'
import { start } from './suites/start.ts'
import { stores } from './suites/stores.ts'
import { transfer } from './suites/transfer.ts'
import { update } from './suites/update.ts'

const suites: Readonly<Record<string, (bench: Bench) => Promise<readonly Result[]>>> = {
  names,
  start,
  update,
  million,
  query,
  transfer,
  list,
  stores,
  hidebound,
  'hidebound-short': hideboundShort,
}
const usage = `npm run bench -- ${Object.keys(suites).join('|')}|all [--runs N] [--json FILE] [--files N] [--folder FOLDER] [--sources] [--drop-caches]`
const defaultRuns = 7

function fail(message: string): never {
  process.stderr.write(`${message}\n${usage}\n`)
  process.exit(2)
}

function readArguments() {
  try {
    return parseArgs({
      args: process.argv.slice(2),
      allowPositionals: true,
      options: {
        runs: { type: 'string' },
        files: { type: 'string' },
        json: { type: 'string' },
        folder: { type: 'string' },
        sources: { type: 'boolean', default: false },
        'drop-caches': { type: 'boolean', default: false },
      },
    })
  } catch (cause) {
    return fail(cause instanceof Error ? cause.message : String(cause))
  }
}

/** The surroundings of measured processes: nothing of whoever runs the bench changes what they do, or how fast they start. */
function measuredEnvironment(home: string): NodeJS.ProcessEnv {
  const left = Object.entries(process.env).filter(([name]) => !/^(FAIRLEAD_|NODE_|XDG_)/.test(name))
  return { ...Object.fromEntries(left), FAIRLEAD_HOME: home }
}

const { values, positionals } = readArguments()
const wanted = positionals.includes('all') ? Object.keys(suites) : positionals
if (wanted.length === 0) fail('Say what to measure.')
for (const name of wanted) if (!Object.hasOwn(suites, name)) fail(`There is no bench "${name}".`)
const runs = Number(values.runs ?? defaultRuns)
if (!Number.isSafeInteger(runs) || runs < 1) fail(`--runs ${values.runs}: a number from 1 on is needed.`)
const files = Number(values.files ?? 1_000_000)
if (!Number.isSafeInteger(files) || files < 1000) fail(`--files ${values.files}: a number from 1000 on is needed.`)

const machine = describeMachine(root, loadavg()[0] ?? 0)
const base = mkdtempSync(join(values.folder ?? tmpdir(), 'fairlead-bench-'))
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    rmSync(base, { recursive: true, force: true })
    process.exit(130)
  })
}
const results: Result[] = []
const isTerminal = process.stderr.isTTY
console.log(
  `${machineText(machine)}${values.sources ? ', from sources' : ''}. Medians of ${runs} interleaved runs (least–most), whole processes.\n`,
)
try {
  for (const name of wanted) {
    const folder = join(base, name)
    mkdirSync(folder)
    const bench: Bench = {
      runs,
      files,
      folder,
      env: measuredEnvironment(join(base, 'home')),
      fromSources: values.sources,
      dropCaches: values['drop-caches'],
      say: text => {
        if (isTerminal) process.stderr.write(`\r\x1b[K${name}: ${text}`)
      },
    }
    const done = (await suites[name]?.(bench)) ?? []
    if (isTerminal) process.stderr.write('\r\x1b[K')
    for (const result of done) console.log(`${resultText(result)}\n`)
    results.push(...done)
    rmSync(folder, { recursive: true, force: true })
  }
} finally {
  rmSync(base, { recursive: true, force: true })
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, runs, fromSources: values.sources, results }, null, 2)}\n`)
