import type { Choices } from './choices.ts'
import { classOf, exportOf, variableOf } from './names.ts'

/** The made-up service and its package, as the template calls them. */
const template = { name: '@fairlead/client-shelf' }

/** Text of the template in the names of the new client. */
export function rename(text: string, { name, scheme, title }: Pick<Choices, 'name' | 'scheme' | 'title'>): string {
  return (
    text
      .replaceAll(template.name, () => name)
      // In texts and addresses: the scheme as it is.
      .replaceAll(/(?<=name: ')shelf(?=')|shelf(?=-|\.example)|(?<=x-)shelf|(?<=my-files )shelf\b/g, () => scheme)
      .replaceAll(/\bSHELF(?=_)/g, () => variableOf(scheme))
      .replaceAll(/(?<=[a-z])Shelf|Shelf(?=[A-Z])/g, () => classOf(scheme))
      .replaceAll(/\bShelf\b/g, () => title)
      .replaceAll(/\bshelf\b/g, () => exportOf(scheme))
  )
}

/** Commands in the words of another package manager. */
export function renameCommands(text: string, packageManager: Choices['packageManager']): string {
  if (packageManager === 'npm') return text
  const run = packageManager === 'pnpm' ? 'pnpm run ' : 'yarn '
  const execute = packageManager === 'pnpm' ? 'pnpm exec ' : 'yarn '
  return text.replaceAll('`npm test`', `\`${packageManager} test\``).replaceAll('`npm run ', `\`${run}`).replaceAll('`npx ', `\`${execute}`)
}
