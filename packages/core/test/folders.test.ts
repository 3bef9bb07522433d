import { spawnSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFolders, folderPaths } from '../src/host/machine/folders.ts'
import { temporaryFolder } from './support/temporary.ts'

describe('the folders', () => {
  test('follow the XDG variables', () => {
    const env = { HOME: '/home/me', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/k', XDG_DATA_HOME: '/d' }
    expect(folderPaths(env)).toEqual({ config: '/c/fairlead', state: '/s/fairlead', cache: '/k/fairlead', data: '/d/fairlead/store' })
  })

  test('lie below HOME of the environment otherwise, also where an XDG variable is empty or relative', () => {
    expect(folderPaths({ HOME: '/home/me', XDG_CONFIG_HOME: '', XDG_STATE_HOME: 'relative' })).toEqual({
      config: '/home/me/.config/fairlead',
      state: '/home/me/.local/state/fairlead',
      cache: '/home/me/.cache/fairlead',
      data: '/home/me/.local/share/fairlead/store',
    })
  })

  test('all move below FAIRLEAD_HOME', () => {
    expect(folderPaths({ HOME: '/home/me', XDG_CONFIG_HOME: '/c', FAIRLEAD_HOME: '/f' })).toEqual({
      config: '/f/config',
      state: '/f/state',
      cache: '/f/cache',
      data: '/f/data/store',
    })
  })

  test('are made when first used, for this account only, and not before', () => {
    const home = temporaryFolder()
    const folders = createFolders({ FAIRLEAD_HOME: join(home, 'own') })
    expect(existsSync(folders.paths.state)).toBe(false)
    expect(statSync(folders.state).mode & 0o777).toBe(0o700)
    expect(existsSync(folders.paths.cache)).toBe(false)
  })

  test('say which folder can not be made and what to set', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const folders = createFolders({ FAIRLEAD_HOME: file })
    expect(() => folders.config).toThrow(
      expect.objectContaining({ code: 'config-invalid', hint: expect.stringContaining('FAIRLEAD_HOME') }),
    )
  })

  test.each(['', 'relative', './here'])('never lie in the current folder: HOME is "%s"', HOME => {
    const script = `
      import { folderPaths } from ${JSON.stringify(new URL('../src/host/machine/folders.ts', import.meta.url).href)}
      console.log(JSON.stringify(Object.values(folderPaths(process.env))))`
    const run = spawnSync(process.execPath, ['--conditions=@fairlead/source', '--input-type=module', '--eval', script], {
      env: { HOME, XDG_CONFIG_HOME: 'relative' },
      encoding: 'utf8',
    })
    const paths: unknown = JSON.parse(run.stdout)
    expect(paths).toEqual(
      ['.config', '.local/state', '.cache', '.local/share'].map(name => expect.stringContaining(join(userInfo().homedir, name))),
    )
  })

  test.skipIf(process.platform !== 'linux')('can not be made where a file system takes none, and the hint says so', () => {
    const folders = createFolders({ FAIRLEAD_HOME: '/proc/fairlead' })
    expect(() => folders.config).toThrow(
      expect.objectContaining({ code: 'config-invalid', hint: expect.stringContaining('FAIRLEAD_HOME') }),
    )
  })
})
