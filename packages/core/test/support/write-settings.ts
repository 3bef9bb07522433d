// Stores numbered settings of one connection, one write each; says when it begins.
import { createLocks } from '../../src/host/machine/locks.ts'
import { createSettingsFile } from '../../src/host/settings/settings-file.ts'

const [folder = '', connection = '', times = '0'] = process.argv.slice(2)
const file = createSettingsFile(folder, createLocks(folder))
process.stdout.write('begins\n')
for (let i = 0; i < Number(times); i++) {
  await file.change(settings => {
    const before = settings.connections[connection] ?? { client: 'disk', settings: {} }
    return {
      ...settings,
      connections: { ...settings.connections, [connection]: { ...before, settings: { ...before.settings, [`n${i}`]: String(i) } } },
    }
  })
}
