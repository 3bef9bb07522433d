// node parse-names.ts grammar|expression legal|illegal COUNT: parses so many distinct names of seven fields, and times only that.
// Times are of the processor, on the parsing thread: who else is at work on the machine does not count.
import { compileNameGrammar, fieldNames } from '@fairlead/assets'

const [parser, kind, wanted] = process.argv.slice(2)
const count = Number(wanted)

/** A legal name, different for every index. */
function legalName(index: number): string {
  const digits = String(index).padStart(8, '0')
  return `p-cat${digits.slice(0, 3)}_s-spec001_d-running-cat-${digits.slice(3, 6)}_v012_c0001-${digits.slice(4)}_f${digits.slice(4)}.png`
}

/** What people get wrong, in turn: a capital, a short version, a wrong indicator, a missing separator, an upper-case end. */
const faults: ReadonlyArray<(name: string) => string> = [
  name => name.replace('running', 'Running'),
  name => name.replace('v012', 'v12'),
  name => name.replace('_d-', '_x-'),
  name => name.replace('_f', 'f'),
  name => name.replace('p-cat', 'p-cat-'),
]

/** Names built by joining are chains of pieces in V8; those that come from a folder or a file are flat, as these are. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

const names = Array.from({ length: count }, (_, index) => {
  const name = legalName(index)
  return flat(kind === 'illegal' ? (faults[index % faults.length]?.(name) ?? name) : name)
})

const expression =
  /^p-(?<project>[a-z]{3,10}\d{1,4})_s-(?<specification>[a-z]{3,4}\d{3})_d-(?<descriptor>[a-z0-9][a-z0-9-]*)_v(?<version>\d{3})_c(?<coordinate>\d{4}(?:-\d{4}){0,2})_f(?<frame>\d{4})\.(?<extension>[a-zA-Z0-9]+)$/
const grammar = compileNameGrammar(fieldNames)

function withExpression(name: string): boolean {
  const groups = expression.exec(name)?.groups
  if (groups === undefined) return false
  const values = {
    project: groups['project'],
    specification: groups['specification'],
    descriptor: groups['descriptor'],
    version: Number(groups['version']),
    coordinate: groups['coordinate']?.split('-').map(Number),
    frame: Number(groups['frame']),
    extension: groups['extension'],
  }
  return values.version > 0
}

const parse = parser === 'grammar' ? (name: string) => grammar.parse(name).ok : withExpression
const before = process.threadCpuUsage()
let legal = 0
for (const name of names) if (parse(name)) legal++
const { user, system } = process.threadCpuUsage(before)
const seconds = (user + system) / 1e6
if (legal !== (kind === 'legal' ? count : 0)) throw new Error(`${legal} of ${count} names were found legal.`)
console.log(JSON.stringify({ count, seconds }))
