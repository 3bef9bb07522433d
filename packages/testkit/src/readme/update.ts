import type { Manifest } from '@fairlead/core'
import { capabilitiesTable, settingsTable } from './tables.ts'

/**
 * A README with its generated tables as they have to be: what stands between `<!-- settings -->` and `<!-- /settings -->`, and
 * between `<!-- capabilities -->` and `<!-- /capabilities -->`, is replaced. A README without these marks stays as it is.
 */
export function updateReadme(text: string, manifest: Pick<Manifest, 'options' | 'capabilities'>): string {
  const tables = { settings: settingsTable(manifest), capabilities: capabilitiesTable(manifest) }
  return Object.entries(tables).reduce(
    (readme, [name, table]) =>
      readme.replace(new RegExp(`<!-- ${name} -->[^]*?<!-- /${name} -->`), () => `<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->`),
    text,
  )
}
