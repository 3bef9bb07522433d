import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
// @boundaries-ignore Types only.
import type { Manifest } from '../../packages/core/src/index.ts'

/** The order of clients wherever there is a list of them: what comes with the command line, stores, services for people. */
const order = ['disk', 's3', 'azure', 'swift', 'drive', 'dropbox', 'girder']

/** The manifests of all clients of the workspace, as their builds wrote them. */
export function manifests(root: string): readonly Manifest[] {
  const rank = ({ name }: Manifest): number => (order.includes(name) ? order.indexOf(name) : order.length)
  return readdirSync(join(root, 'plugins'))
    .map(name => join(root, 'plugins', name, 'dist', 'fairlead.manifest.json'))
    .filter(existsSync)
    .map(file => JSON.parse(readFileSync(file, 'utf8')) as Manifest) // checked when the plugin was built
    .toSorted((a, b) => rank(a) - rank(b))
}
