import { capabilityWords } from '../capability-text.ts'
import { list, object, text, type Infer } from '../schema.ts'
import type { Brought } from './install-plugin.ts'

/** A client that a package brings, as results show it. */
const broughtClient = object({
  name: text('What `fairlead client add NAME CLIENT` takes.'),
  title: text(),
  package: text('The package that contains it.'),
  version: text(),
  capabilities: list(text(), 'What it can do, in words.'),
})

/** A package that was installed or linked, as results show it. */
export const broughtPackage = object({
  package: text(),
  version: text(),
  folder: text('Its location.'),
  clients: list(broughtClient),
})

/** The result of one package. */
export function broughtReport({ info, clients }: Brought): Infer<typeof broughtPackage> {
  return {
    package: info.name,
    version: info.version,
    folder: info.folder,
    clients: clients.map(({ manifest, name, version }) => ({
      name: manifest.name,
      title: manifest.title,
      package: name,
      version,
      capabilities: capabilityWords(manifest.capabilities),
    })),
  }
}

/** One line a client: `s3 (Amazon S3), from @fairlead/client-s3 0.1.0`. */
export function clientNames({ clients }: Pick<Infer<typeof broughtPackage>, 'clients'>): string {
  return clients.map(({ name, title }) => `${name} (${title})`).join(', ')
}
