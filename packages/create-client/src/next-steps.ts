import { basename, relative } from 'node:path'
import type { Choices } from './choices.ts'
import type { Place } from './place.ts'

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** What to type now, a line each. */
export function nextSteps({ directory, name, packageManager }: Choices, place: Place, folder: string): readonly string[] {
  if (place.kind === 'workspace') {
    return [
      ...entering(place.root, folder),
      `# so that ./fairlead finds it: "${name}": "workspace:^" among the devDependencies of packages/cli/package.json`,
      'FAIRLEAD_UPDATE_LOCK=1 npm run setup',
      `npm test -- --project ${basename(directory)}`,
    ]
  }
  return [...entering(directory, folder), `${packageManager} install`, `${packageManager} test`]
}

function entering(target: string, folder: string): readonly string[] {
  const path = relative(folder, target)
  return path === '' ? [] : [`cd ${quoted(path.startsWith('-') ? `./${path}` : path)}`]
}
