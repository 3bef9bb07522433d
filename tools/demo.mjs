// npm run demo: builds the command line and walks through the whole way of some assets, in demo/. Every command is printed
// before it runs and can be typed by hand afterwards. A step that does not give what it should ends it with exit code 1.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { commandLine, say } from './lib/narrate.ts'
import { capture, root, step } from './lib/run.ts'

const built = await step('build', () => capture('turbo', ['run', 'build', '--filter=fairlead', '--output-logs=errors-only']))
if (!built) process.exit(1)

/** @type {typeof import('../packages/catalog/src/index.ts')} */
const { encodePng, exampleFrame, exampleImage } = await import(pathToFileURL(join(root, 'packages/catalog/dist/index.js')).href)

/** @type {NodeJS.ProcessEnv} */
const env = { ...process.env, FAIRLEAD_HOME: join(root, 'demo', '.home') }
for (const name of Object.keys(env)) if (name.startsWith('FAIRLEAD_') && name !== 'FAIRLEAD_HOME') delete env[name]

const launcher = join(root, 'fairlead')

/** What makes a shell use the demo's settings. */
const goOn = 'export FAIRLEAD_HOME="$PWD/demo/.home"'

/** @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`\nThe demo failed: ${message}\n`)
  process.exit(1)
}

/** Prints a command, runs it, and wants its exit code. @param {readonly string[]} args */
function fairlead(args, wanted = 0) {
  say.command(['./fairlead', ...args])
  const { status, error } = spawnSync(launcher, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined || status !== wanted)
    fail(`${commandLine(['./fairlead', ...args])} ended with ${status ?? error?.message}, not ${wanted}.`)
}

/** Runs a command without a word and gives its JSON. @param {readonly string[]} args */
function ask(...args) {
  const { stdout } = spawnSync(launcher, [...args, '--json'], { cwd: root, env, encoding: 'utf8' })
  return JSON.parse(stdout)
}

/** Prints a shell command and runs it. @param {readonly string[]} words */
function shell(...words) {
  say.command(words)
  const [command = '', ...args] = words
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) fail(`${commandLine(words)} ended with ${status}.`)
}

/** @param {string} path @param {string | Uint8Array} content */
function write(path, content) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

/** @param {boolean} holds @param {string} otherwise */
function expect(holds, otherwise) {
  if (!holds) fail(otherwise)
}

/** Paths below a folder with their sha256. @param {string} folder */
function hashes(folder) {
  const files = readdirSync(join(root, folder), { withFileTypes: true, recursive: true }).filter(entry => entry.isFile())
  return files
    .map(
      entry =>
        `${entry.name} ${createHash('sha256')
          .update(readFileSync(join(entry.parentPath, entry.name)))
          .digest('hex')}`,
    )
    .toSorted()
}

rmSync(join(root, 'demo'), { recursive: true, force: true })
mkdirSync(join(root, 'demo'))
say.text('Everything happens in demo/, and settings and the local store lie in demo/.home. To go on by hand:')
say.line(goOn)

say.title('A project with real images, and three faults in it')
fairlead(['init', 'demo', '--example', '--faulty'])
write(
  'demo/specifications/card001.ts',
  `import { defineSpecification } from '@fairlead/assets'

/** A title card: one PNG, twice as wide as high. */
export default defineSpecification({
  name: 'card001',
  type: 'file',
  filenameFields: ['project', 'specification', 'descriptor', 'version', 'extension'],
  traits: ['width', 'height'],
  rules: {
    extension: { eq: 'png' },
    width: { gte: 128, each: { even: width => width % 2 === 0 || \`a width of \${width} is odd\` } },
    height: { eq: 64 },
  },
})
`,
)
write('demo/ingress/cat001/card001/p-cat001_s-card001_d-title_v001.png', encodePng(exampleFrame(128, 64, 0.5, [235, 158, 88])))
say.text('Three specifications are YAML; one more was added in TypeScript: demo/specifications/card001.ts')

say.title('What is wrong?')
fairlead(['update', '--project', 'demo'], 1)
/** @type {{ problems: { problems: { path: string, rule: string, field?: string, legalName?: string }[] }[], invalid: number }} */
const found = ask('update', '--project', 'demo')
const problems = found.problems.flatMap(group => group.problems)
const capital = problems.find(({ legalName }) => legalName?.includes('d-running-cat'))
const size = problems.find(({ field }) => field === 'width')
const gap = problems.find(({ field }) => field === 'frame')
if (capital?.legalName === undefined || size === undefined || gap === undefined) fail('update did not find the three faults.')
expect(found.invalid === 3, `update found ${found.invalid} invalid assets, not 3.`)

say.title('Three fixes: give a file its legal name, replace a wrong image, add a missing one')
const missing = `${gap.path}/${gap.path.split('/').at(-1)}_f0002.jpg`
for (const path of [size.path, missing]) write(`demo/fixes/${path.split('/').at(-1)}`, exampleImage(path))
fairlead(['name', 'fix', '--project', 'demo'])
fairlead(['name', 'fix', '--apply', '--project', 'demo'])
shell('cp', `demo/fixes/${size.path.split('/').at(-1)}`, `demo/ingress/${size.path}`)
shell('cp', `demo/fixes/${missing.split('/').at(-1)}`, `demo/ingress/${missing}`)
fairlead(['update', '--project', 'demo'])

say.title('Stage what is valid, and export it to a folder that stands for an archive')
fairlead(['create', '--project', 'demo'])
fairlead(['client', 'add', 'archive', 'disk', '--set', 'root=demo/archive'])
shell('sed', '-i.before', 's/connection: local/connection: archive/', 'demo/fairlead.yaml')
fairlead(['export', '--project', 'demo'])
/** @type {{ assets: { uri: string }[] }} */
const exported = ask('search', '--client', 'archive')
expect(exported.assets.length === 6, `the archive holds ${exported.assets.length} assets, not 6.`)

say.title('Any file or folder can be pushed, found, and pulled elsewhere')
const asset = 'demo/ingress/cat001/spec001/running-cat/p-cat001_s-spec001_d-running-cat_v001'
fairlead(['push', asset, '--label', 'show=yard'])
fairlead(['search', 'label.show:yard'])
fairlead(['search', 'running', '--client', 'archive'])
fairlead(['pull', 'local://cat001/spec001/running-cat:v001', 'demo/elsewhere'])
fairlead(['pull', 'archive://cat001/spec001/running-cat:v001', 'demo/from-archive'])
fairlead(['verify', 'archive://cat001/spec001/running-cat:v001'])
const original = hashes(asset)
expect(original.length === 4, `${asset} has ${original.length} files, not 4.`)
for (const copy of ['demo/elsewhere/running-cat', 'demo/from-archive/running-cat']) {
  expect(JSON.stringify(hashes(copy)) === JSON.stringify(original), `${copy} differs from ${asset}.`)
}
say.text(`\nVerified: ${original.length} files in demo/elsewhere and in demo/from-archive have the sha256 of their originals.`)

say.title('Four things to try')
say.line(goOn)
say.command(['./fairlead', 'query', 'select specification, count(*) as files from files group by 1', '--project', 'demo'])
say.command(['./fairlead', 'report', '--open', '--project', 'demo'])
say.command(['./fairlead', 'share', 'local://cat001/spec001/running-cat:v001', '--serve'])
say.command(['./fairlead', 'shell', '-e', '(await connection("archive")).name'])
