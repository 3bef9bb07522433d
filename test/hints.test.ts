import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { azure } from '@fairlead/client-azure'
import { disk } from '@fairlead/client-disk'
import { drive } from '@fairlead/client-drive'
import { dropbox } from '@fairlead/client-dropbox'
import { girder } from '@fairlead/client-girder'
import { s3 } from '@fairlead/client-s3'
import { swift } from '@fairlead/client-swift'
import type { AnyPlugin } from '@fairlead/core'
import { expect, test } from 'vitest'
import { readTree } from './structure/tree.ts'

const plugins: readonly AnyPlugin[] = [azure, disk, drive, dropbox, girder, s3, swift]
const root = join(import.meta.dirname, '..')
const tree = readTree(root, ['plugins'])

/** `client set CONNECTION SETTING`, as it stands in a template, and whether a value follows. */
const command = /client set (?:\$\{[^}]*\}|\{[a-z]+\}|[A-Z]+)(?: ([a-z][a-z0-9-]*)(=?)| ?[`'"])/g

test.each(plugins.map(plugin => [plugin.manifest.name, plugin] as const))(
  'every command that %s advises names one of its settings, with a value unless it is a secret',
  (name, { manifest: { options } }) => {
    const problems = [...tree]
      .filter(([path]) => path.startsWith(`plugins/${name}/src/`))
      .flatMap(([path, text]) => [...text.matchAll(command)].map(([whole, setting = '', equals]) => ({ path, whole, setting, equals })))
      .filter(({ setting, equals }) => {
        const option = Object.hasOwn(options, setting) ? options[setting] : undefined
        return option === undefined || (option.type === 'secret') === (equals === '=')
      })
    expect(problems.map(({ path, whole }) => `${path}: ${whole}`)).toEqual([])
  },
)

const commands = new Set(readdirSync(join(root, 'packages/cli/src/commands')).map(file => basename(file, '.ts').replace('-', ' ')))
const pages = readdirSync(join(root, 'docs/clients')).map(
  file => [`docs/clients/${file}`, readFileSync(join(root, 'docs/clients', file), 'utf8')] as const,
)

test('every command that clients and the pages about them name is there', () => {
  const problems = [...[...tree].filter(([path]) => path.includes('/src/')), ...pages].flatMap(([path, text]) =>
    [...text.matchAll(/`fairlead ([a-z]+)(?: ([a-z]+)\b)?/g)]
      .filter(([, first = '', second = '']) => !commands.has(first) && !commands.has(`${first} ${second}`))
      .map(([whole]) => `${path}: ${whole.slice(1)}`),
  )
  expect(problems).toEqual([])
})
