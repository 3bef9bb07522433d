import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { description, topics, version } from '../about.ts'
import { ConnectionCommand } from '../connection-command.ts'
import { list, object, optional, text, type Infer } from '../schema.ts'
import { styled } from '../style.ts'
import { counted } from '../text.ts'

const result = object({
  version: text(),
  project: optional(text('The project file of this folder.')),
  connection: text('The active one.'),
  next: list(text(), 'What to run next.'),
  topics: list(text()),
})

function projectFile(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, 'fairlead.yaml')
    if (existsSync(file)) return file
    if (dirname(folder) === folder) return undefined
  }
}

/** `fairlead` alone. */
export default class Home extends ConnectionCommand<Infer<typeof result>> {
  static override readonly hidden = true
  static override readonly summary = 'What Fairlead is, the state of this folder, what to do next'
  static override readonly result = result

  async run(): Promise<Infer<typeof result>> {
    await this.parse(Home)
    await using session = this.session()
    const { name: connection } = session.fairlead.active()
    const project = projectFile(process.cwd())
    const { state, next } = await this.stateOf(project)
    const shown = next.map(([command, why]) => `  ${styled('cyan', command.padEnd(34))}${why}`)
    this.tell(
      [
        `${styled('bold', `fairlead ${version}`)}  ${description}`,
        '',
        ...state,
        `Connection: ${connection} (what push, pull and search use)`,
        '',
        'Next:',
        ...shown,
        '',
        'All commands: fairlead --help',
      ].join('\n'),
    )
    return {
      version,
      ...(project !== undefined && { project }),
      connection,
      next: next.map(([command]) => command),
      topics: Object.keys(topics),
    }
  }

  private async stateOf(
    file: string | undefined,
  ): Promise<{ readonly state: readonly string[]; readonly next: ReadonlyArray<readonly [string, string]> }> {
    if (file === undefined) {
      return {
        state: ['This folder is not a project: there is no fairlead.yaml in it or above it.'],
        next: [
          ['fairlead init', 'make it a project, and see how many names are legal'],
          ['fairlead push PATH', 'store a file or a folder without a project'],
          ['fairlead init try-it --example', 'explore an example'],
        ],
      }
    }
    const shown = relative('.', file) || file
    if (!existsSync(join(dirname(file), '.fairlead', 'catalog'))) {
      return {
        state: [`Project: ${shown}, not scanned yet.`],
        next: [
          ['fairlead update', 'scan and check it'],
          ['fairlead client list', 'see where assets can go'],
          ['fairlead workflow', 'update, create and export in one go'],
        ],
      }
    }
    const { openProject, readProblems } = await import('@fairlead/catalog')
    const wrong = readProblems(openProject(file)).reduce(count => count + 1, 0)
    return {
      state: [
        `Project: ${shown}. ${wrong === 0 ? 'Everything in the last update was valid.' : `The last update found ${counted(wrong, 'invalid asset or file', 'invalid assets or files')}.`}`,
      ],
      next: [
        ['fairlead update', wrong === 0 ? 'scan it again' : 'see what is wrong, with legal names'],
        ['fairlead create', 'stage what is valid'],
        ['fairlead export', 'send it to the exporters'],
      ],
    }
  }
}
