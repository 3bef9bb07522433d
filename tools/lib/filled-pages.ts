import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
// @boundaries-ignore The same tables as in the README of a client.
import { capabilitiesTable, settingsTable } from '../../packages/testkit/src/readme/index.ts'
// @boundaries-ignore Types only.
import type { Manifest } from '../../packages/core/src/index.ts'
import { code, filled, table } from './markdown.ts'

const page = (name: string): string => `docs/clients/${name}.md`

/** All clients, with what each is for and how it is installed; links are relative to a folder. */
function clientsTable(root: string, clients: readonly Manifest[], folder: string): string {
  const rows = clients.map(({ name, title, summary, package: from }) => {
    const link = existsSync(join(root, page(name))) ? `[${title}](${page(name).slice(folder.length)})` : title
    return [code(name), link, summary, name === 'disk' ? 'included' : code(`fairlead plugins install ${from}`)]
  })
  return table(['Client', 'Service', 'Connects to', 'Install with'], rows)
}

/** The pages of decisions, by their titles. */
function decisions(root: string): string {
  const folder = join(root, 'docs', 'decisions')
  return readdirSync(folder)
    .filter(name => name.endsWith('.md') && name !== 'index.md')
    .toSorted()
    .map(name => `- [${/^# (.*)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? name}](${name})`)
    .join('\n')
}

/** The pages that are written, with what is made in them filled in, by path from the root. */
export function filledPages(root: string, clients: readonly Manifest[]): ReadonlyMap<string, string> {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8')
  const pages = clients
    .filter(({ name }) => existsSync(join(root, page(name))))
    .map((client): [string, string] => {
      const settings = filled(read(page(client.name)), 'settings', settingsTable(client))
      return [page(client.name), filled(settings, 'capabilities', capabilitiesTable(client))]
    })
  return new Map([
    ...pages,
    ['docs/decisions/index.md', filled(read('docs/decisions/index.md'), 'decisions', decisions(root))],
    ['README.md', filled(read('README.md'), 'clients', clientsTable(root, clients, ''))],
    ['docs/index.md', filled(read('docs/index.md'), 'clients', clientsTable(root, clients, 'docs/'))],
  ])
}
