import { describe, expect, test } from 'vitest'
import { parseArguments, usage } from '../src/arguments.ts'
import { authentications, capabilityNames, packageManagers } from '../src/choices.ts'

const parse = (line: string) => parseArguments(line.split(' ').filter(word => word !== ''))
const quiet = { yes: false, dryRun: false, help: false, version: false }

describe('the command line', () => {
  test('takes every choice as a flag', () => {
    const line =
      '--name @me/fairlead-client-acme --scheme acme --title Acme --auth oauth2 --capabilities read,write --package-manager pnpm --directory x --yes --dry-run'
    expect(parse(line)).toEqual({
      name: '@me/fairlead-client-acme',
      scheme: 'acme',
      title: 'Acme',
      auth: 'oauth2',
      capabilities: ['write', 'read'],
      packageManager: 'pnpm',
      directory: 'x',
      ...quiet,
      yes: true,
      dryRun: true,
    })
  })

  test('may be empty, or a folder alone', () => {
    expect(parse('')).toEqual(quiet)
    expect(parse('acme')).toEqual({ directory: 'acme', ...quiet })
  })

  test('may have the -- of npm before it, which other package managers pass on', () => {
    expect(parse('-- --scheme acme --yes')).toEqual({ scheme: 'acme', ...quiet, yes: true })
    expect(parse('-- -acme')).toEqual({ directory: '-acme', ...quiet })
  })

  test('knows all and none of the capabilities, and the example, which has all', () => {
    expect(parse('--capabilities all').capabilities).toEqual(capabilityNames)
    expect(parse('--capabilities none').capabilities).toEqual([])
    expect(parse('--example').capabilities).toEqual(capabilityNames)
  })

  test.each([
    ['--scheme S3', 'not a valid client name'],
    ['--name ../x', 'not a valid package name'],
    ['--auth ldap', `--auth can't be "ldap"`],
    ['--capabilities fly', `--capabilities can't be "fly"`],
    ['--package-manager bun', `--package-manager can't be "bun"`],
    ['--example --capabilities list', '--example has all'],
    ['one two', 'only one folder can be given'],
    ['one --directory two', 'only one folder can be given'],
    ['--force', '--force'],
    ['--name', '--name'],
  ])('refuses %s and says why', (line, why) => {
    expect(() => parse(line)).toThrow(why)
  })

  test('says in its help what each flag takes', () => {
    for (const word of [...authentications, ...capabilityNames, ...packageManagers, '--scheme', '--dry-run']) expect(usage).toContain(word)
  })
})
