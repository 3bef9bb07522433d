import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** What the picture shows, and how many lines of each answer. */
const shown: ReadonlyArray<{ readonly command: string; readonly lines: number }> = [
  { command: 'fairlead update', lines: 5 },
  { command: 'fairlead name fix --apply --update --quiet', lines: 0 },
  { command: 'fairlead create', lines: 1 },
  { command: 'fairlead export --to archive', lines: 1 },
  { command: 'fairlead search running --client archive', lines: 1 },
  { command: 'fairlead pull archive://cat001/spec001/running-cat:v001 ../review', lines: 4 },
]

/** What comes before, unseen: a project with real images and three faults in it, and a connection. */
const before = ['fairlead client add archive disk --set root="$PWD/archive"', 'fairlead init cats --example --faulty', 'cd cats']

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The colour of a line, by what it begins with. */
function colour(line: string): string {
  if (line.startsWith('$ ')) return '#e6edf3'
  if (/^\s*(✗|\^)/.test(line)) return '#ff7b72'
  if (/^\s*(✓|legal name)/.test(line)) return '#7ee787'
  return '#9198a1'
}

/** Runs the commands in a folder of their own; what each printed, and in its place the folder's name where that was printed. */
function run(root: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-picture-'))
  try {
    const fairlead = `fairlead() { "${process.execPath}" "${join(root, 'packages', 'cli', 'bin', 'fairlead.js')}" "$@"; }`
    const script = [
      fairlead,
      ...before.map(command => `${command} > "$HOME/before" 2>&1`),
      ...shown.map(({ command }) => `${command} 2>&1; echo '-- end'`),
    ]
    const { stdout } = spawnSync('bash', ['-c', script.join('\n')], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
        HOME: folder,
        FAIRLEAD_HOME: join(folder, '.home'),
        FAIRLEAD_SECRETS: 'file',
      },
    })
    const answers = stripVTControlCharacters(stdout).replaceAll(`${folder}/`, '~/').split('-- end\n')
    return shown.flatMap(({ command, lines }, index) => {
      const printed = (answers[index] ?? '').trimEnd().split('\n')
      return [`$ ${command}`, ...printed.slice(0, lines), ...(lines > 1 && printed.length > lines ? ['…'] : []), '']
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A picture of a terminal in which the built command line was really run. */
export function terminalPicture(root: string): string {
  const lines = run(root).slice(0, -1)
  const width = 1180
  const height = 66 + lines.length * 19
  const rows = lines.map((line, index) =>
    line === '' ? '' : `  <text x="22" y="${62 + index * 19}" fill="${colour(line)}" xml:space="preserve">${escaped(line)}</text>\n`,
  )
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map((fill, index) => `  <circle cx="${24 + index * 20}" cy="22" r="6" fill="${fill}"/>\n`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13.5" role="img" aria-label="A terminal: update names a fault, name fix renames, create and export stage and send what is valid, search finds it, pull fetches it">
  <rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
${dots.join('')}${rows.join('')}</svg>
`
}
