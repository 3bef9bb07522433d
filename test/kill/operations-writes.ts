import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openProject, update } from '@fairlead/catalog'
import { withHome } from './home.ts'
import type { Command } from './command.ts'
import type { Operation } from './operation.ts'
import type { Place } from './place.ts'
import { pathsBelow, sha256 } from './tree.ts'

const specification = `# Kept as it is.
specifications:
  note001: # The notes.
    type: file
    rules:
      version: { lt: 100 }
`
const outputOf = (place: Place) => join(place.project, 'out')

async function prepare(place: Place): Promise<void> {
  mkdirSync(outputOf(place), { recursive: true })
  for (let number = 1; number <= 300; number++)
    place.write(`project/ingress/p-cat001_s-note001_d-note_v${String(number).padStart(3, '0')}.txt`, `${number}`, 20)
  writeFileSync(join(place.project, 'specifications.yaml'), specification)
  writeFileSync(join(place.project, 'fairlead.yaml'), 'ingress_directory: ingress\nspecification_files: [specifications.yaml]\n')
  writeFileSync(join(outputOf(place), 'rows.csv'), 'what was there before')
  await withHome(place.home, () => update(openProject(place.project)))
}

/** A command that writes one file of the project; whoever reads it finds the old text or the new one. */
function writes(name: string, file: string, command: (place: Place) => Command, mayEndWith?: string): Operation {
  const digestOf = (place: Place, path: string) => sha256(readFileSync(join(place.project, path)))
  const filesOf = (place: Place) =>
    Object.fromEntries(
      pathsBelow(place.project)
        .filter(path => !path.endsWith('/') && !path.startsWith('.fairlead/') && !leftBehind.test(path))
        .map(path => [path, digestOf(place, path)]),
    )
  return {
    name,
    prepare,
    command,
    watch: async place => ({
      look: async () => ({ states: new Map([[file, digestOf(place, file)]]), problems: [] }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    clean: async () => undefined,
    tree: filesOf,
    ...(mayEndWith !== undefined && { mayEndWith }),
  }
}

/** What a killed process wrote aside: hidden, and never taken for what it was to become. */
const leftBehind = /(^|\/)\.[^/]+\.\d+\.(new|part)$/

export const writeOperations: readonly Operation[] = [
  writes('a query whose rows go to a file', 'out/rows.csv', place => ({
    verb: 'query-output',
    project: place.project,
    file: join(outputOf(place), 'rows.csv'),
  })),
  writes('the saving of a query', 'fairlead.yaml', place => ({ verb: 'query-save', project: place.project })),
  writes('a bump of a specification', 'specifications.yaml', place => ({ verb: 'spec-bump', project: place.project }), 'already-exists'),
]
