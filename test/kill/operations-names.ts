import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFixes, openProject, update } from '@fairlead/catalog'
import type { Operation } from './operation.ts'
import type { Place } from './place.ts'
import { fullTree, pathsBelow, sha256 } from './tree.ts'
import type { Watch } from './watch.ts'

const projectFile = `ingress_directory: ../names
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
  note001: { type: file }
`
const cats = ['running', 'sleeping', 'eating', 'jumping']

/** The ingress lies where nothing of it is taken for what a command must leave alone. */
const ingressOf = (place: Place) => join(place.folder, 'names')

function write(place: Place, path: string): void {
  place.write(join('names', path), path, 64)
}

/** Names that are wrong in files and in folders, one below the other, and a file that belongs to another asset. */
function writeNames(place: Place): void {
  const asset = (cat: string) => `p-cat001_s-spec001_d-${cat}-cat_v001`
  for (const [index, cat] of cats.entries()) {
    const folder = index % 2 === 0 ? asset(cat) : asset(cat).toUpperCase()
    for (let frame = 1; frame <= 4; frame++) write(place, join('cats', folder, `${asset(cat)}_f${frame}.PNG`))
  }
  write(place, join('cats', asset('running'), `${asset('sleeping')}_f9.png`))
  write(place, join('Notes', 'p-cat001_s-note001_d-Some Note_v1.txt'))
  write(place, join('Notes', 'misc.txt'))
  writeFileSync(join(place.folder, 'project', 'fairlead.yaml'), projectFile)
}

async function prepare(place: Place): Promise<void> {
  place.write('project/fairlead.yaml', '', 0)
  writeNames(place)
  const before = process.env['FAIRLEAD_HOME']
  process.env['FAIRLEAD_HOME'] = place.home
  try {
    await update(openProject(place.project))
  } finally {
    if (before === undefined) delete process.env['FAIRLEAD_HOME']
    else process.env['FAIRLEAD_HOME'] = before
  }
}

/** The contents below a folder; what moves while they are read may be missed. */
function contentsBelow(folder: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const path of pathsBelow(folder)) {
    if (path.endsWith('/')) continue
    try {
      found.add(sha256(readFileSync(join(folder, path))))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  return found
}

/** No content is ever lost or changed, whatever its name is at the moment. */
function watchContents(folder: string, expected: ReadonlySet<string>): Watch {
  return {
    async look() {
      const missing = new Set(expected)
      // A file that gets its new name in a folder that was already read is found by the next look.
      for (let look = 0; look < 20 && missing.size > 0; look++) {
        try {
          for (const content of contentsBelow(folder)) missing.delete(content)
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
        }
      }
      return {
        states: new Map([...expected].map(content => [content, 'there'])),
        problems: [...missing].map(one => `the content ${one} is lost`),
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const fix: Operation = {
  name: 'a fix of names',
  prepare,
  command: place => ({ verb: 'name-fix', project: place.project }),
  watch: async place => watchContents(ingressOf(place), contentsBelow(ingressOf(place))),
  // The killed one was done: the catalog is out of date, and says so.
  mayEndWith: 'precondition-failed',
  clean: async () => undefined,
  tree: place => ({
    ...fullTree(ingressOf(place)),
    fixes: listFixes(openProject(place.project))
      .map(({ state, renames }) => `${state} ${renames}`)
      .join(),
  }),
}

const undo: Operation = {
  ...fix,
  name: 'a fix of names and its undoing',
  command: place => ({ verb: 'name-undo', project: place.project }),
  mayEndWith: 'not-found',
}

export const nameOperations: readonly Operation[] = [fix, undo]
