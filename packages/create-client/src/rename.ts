import type { Choices } from './choices.ts'
import { classOf, exportOf, variableOf } from './names.ts'

/** The made-up service as the template calls it: as its package, in texts and addresses, in variables, classes, titles and code. */
const pattern = new RegExp(
  [
    '(?<name>@fairlead/client-shelf)',
    "(?<scheme>(?<=name: ')shelf(?=')|shelf(?=-|\\.example)|(?<=x-)shelf|(?<=my-files )shelf\\b)",
    '(?<variable>\\bSHELF(?=_))',
    '(?<class>(?<=[a-z])Shelf|Shelf(?=[A-Z]))',
    '(?<title>\\bShelf\\b)',
    '(?<value>\\bshelf\\b)',
  ].join('|'),
  'g',
)

/** Text of the template in the names of the new client; in one go, as those may themselves hold what the template calls its own. */
export function rename(text: string, { name, scheme, title }: Pick<Choices, 'name' | 'scheme' | 'title'>): string {
  const renamed: Readonly<Record<string, string>> = {
    name,
    scheme,
    variable: variableOf(scheme),
    class: classOf(scheme),
    title,
    value: exportOf(scheme),
  }
  return text.replace(pattern, (...found: readonly unknown[]) => {
    const [kind = ''] = Object.entries(found.at(-1) ?? {}).flatMap(([key, match]) => (match === undefined ? [] : [key]))
    return renamed[kind] ?? ''
  })
}

/** Commands in the words of another package manager. */
export function renameCommands(text: string, packageManager: Choices['packageManager']): string {
  if (packageManager === 'npm') return text
  const run = packageManager === 'pnpm' ? 'pnpm run ' : 'yarn '
  const execute = packageManager === 'pnpm' ? 'pnpm exec ' : 'yarn '
  return text.replaceAll('`npm test`', `\`${packageManager} test\``).replaceAll('`npm run ', `\`${run}`).replaceAll('`npx ', `\`${execute}`)
}
