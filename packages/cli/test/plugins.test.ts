import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { built, root } from './support/build.ts'
import { place, type Place } from './support/run.ts'
import { shelfFiles, shelfManifest, writeFiles, type ShelfPackage } from './support/shelf-package.ts'

beforeAll(built, 300_000)
// npm runs in most of them, several times in some.
vi.setConfig({ testTimeout: 240_000 })

/** Packs the client, as its author would; gives the name of the tarball in the place. */
function pack(here: Place, options: ShelfPackage = {}): string {
  const folder = writeFiles(join(here.folder, 'made', `${options.name ?? 'shelf'}-${options.version ?? ''}`), shelfFiles(options))
  const tarball = `${options.name ?? 'shelf'}-${options.version ?? '1.0.0'}.tgz`
  // What npm pack writes: the files below one folder.
  const { stderr, status } = spawnSync('tar', ['-czf', join(here.folder, tarball), '--transform=s,^\\./,package/,', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  return `./${tarball}`
}

const clients = (here: Place): readonly string[] => here.run('plugins', 'list', '--quiet').out.trim().split('\n')

describe('plugins install', () => {
  test('takes a tarball; its client is listed and used at once', () => {
    using here = place()
    const tarball = pack(here)
    const report = here.json('plugins-install', 'plugins', 'install', tarball)
    expect(report.installed).toMatchObject([
      {
        package: 'fairlead-client-shelf',
        version: '1.0.0',
        clients: [{ name: 'shelf', capabilities: ['list', 'read', 'write', 'remove'] }],
      },
    ])
    expect(here.json('plugins-list', 'plugins', 'list').clients).toContainEqual(
      expect.objectContaining({ name: 'shelf', package: 'fairlead-client-shelf', version: '1.0.0', origin: 'installed' }),
    )
    here.write('hero.txt', 'hero')
    expect(here.run('client', 'add', 'books', 'shelf', '--set', 'root=books').code).toBe(0)
    expect(here.run('push', 'hero.txt', 'books://a/hero:v1').code).toBe(0)
    expect(here.run('pull', 'books://a/hero:v1', 'back').code).toBe(0)
    expect(readFileSync(join(here.folder, 'back/hero.txt'), 'utf8')).toBe('hero')
    expect(here.run('cat', 'books:/nothing')).toMatchObject({ code: 1, err: expect.stringContaining('hint: Look at the shelf.') })
  })

  test('replaces what was installed of the package, also where the version is the same', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    const again = pack(here, { prologue: '// other' })
    expect(here.run('plugins', 'install', again).code).toBe(0)
    expect(here.run('plugins', 'install', pack(here, { version: '1.1.0' })).out).toContain(
      'installed fairlead-client-shelf 1.1.0: shelf (Shelf)',
    )
    expect(readdirSync(join(here.folder, '.home/data/plugins/trees'))).toHaveLength(1)
    expect(here.json('plugins-list', 'plugins', 'list').clients).toContainEqual(
      expect.objectContaining({ name: 'shelf', version: '1.1.0' }),
    )
  })

  test('with --dry-run looks at the package and keeps nothing', () => {
    using here = place()
    const report = here.json('plugins-install', 'plugins', 'install', '--dry-run', pack(here))
    expect(report).toMatchObject({ dryRun: true, installed: [{ package: 'fairlead-client-shelf', clients: [{ name: 'shelf' }] }] })
    expect(clients(here)).not.toContain('shelf')
    expect(readdirSync(join(here.folder, '.home/data/plugins/trees'))).toEqual([])
    expect(here.run('plugins', 'install', '--dry-run', pack(here, { version: '2.0.0', contract: 2 })).code).toBe(1)
  })

  test('with a package that the client can use and does not bring', () => {
    using here = place()
    const tarball = pack(here, { prologue: "import 'extra'" })
    expect(here.run('plugins', 'install', tarball).err).toContain("can't be loaded")
    const extra = join(here.folder, 'extra.tgz')
    const folder = writeFiles(join(here.folder, 'extra'), { 'package.json': '{"name": "extra", "version": "1.0.0"}', 'index.js': '' })
    spawnSync('tar', ['-czf', extra, '--transform=s,^\\./,package/,', '.'], { cwd: folder })
    expect(here.run('plugins', 'install', tarball, '--with', './extra.tgz')).toMatchObject({
      code: 0,
      err: expect.not.stringContaining('error'),
    })
    expect(clients(here)).toContain('shelf')
    expect(here.run('plugins', 'install', tarball, '--with', '--global').code).toBe(2)
  })

  test('keeps its own copy of a tarball', () => {
    using here = place()
    const tarball = pack(here)
    here.run('plugins', 'install', tarball)
    rmSync(join(here.folder, tarball))
    expect(clients(here)).toContain('shelf')
  })

  test.each<readonly [what: string, options: ShelfPackage, says: RegExp]>([
    ['of another contract', { contract: 2 }, /built for contract 2.*\nhint: Update Fairlead/],
    ['that claims the name of another', { name: 'rival', client: 'disk' }, /two packages claim the client "disk"/],
    ['whose manifest is broken', { manifest: '{' }, /is not JSON/],
    ['without a manifest', { manifest: null }, /refers to a manifest that does not exist/],
    ['whose code does not load', { prologue: "import 'no-such-package'" }, /can't be loaded: .*no-such-package/],
    ['that asks for another Node', { node: '>=99' }, /could not install \S+shelf-2\.0\.0\.tgz: Unsupported engine; .*>=99.*\nhint: /],
    ['whose code has another name', { manifest: JSON.stringify({}) }, /built for contract/],
    [
      'whose manifest file says another thing than its code',
      { manifest: JSON.stringify(shelfManifest({ commands: true })) },
      /"commands" differs/,
    ],
  ])('of a package %s changes nothing and says why', (_what, options, says) => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    const { code, err } = here.run('plugins', 'install', pack(here, { version: '2.0.0', ...options }))
    expect(code).not.toBe(0)
    expect(err).toMatch(says)
    expect(here.json('plugins-list', 'plugins', 'list')).toMatchObject({
      clients: expect.arrayContaining([expect.objectContaining({ name: 'shelf', version: '1.0.0' })]),
      problems: [],
    })
    expect(readdirSync(join(here.folder, '.home/data/plugins/trees'))).toHaveLength(1)
  })

  test.each(['process.exit(0)', 'await new Promise(() => {})'])(
    'of a package whose code does not let the program go on (%s) says which it was, and changes nothing',
    prologue => {
      using here = place()
      const tarball = pack(here, { prologue })
      const says = "fairlead-client-shelf 1.0.0 can't be loaded: its code ended the process, or never finished loading"
      expect(here.run('plugins', 'install', tarball)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) })
      const { code, out } = here.run('plugins', 'install', tarball, '--json')
      expect([code, JSON.parse(out)]).toMatchObject([1, { error: { code: 'plugin-invalid', message: says } }])
      expect(clients(here)).not.toContain('shelf')
      expect(here.run('plugins', 'install', '--dry-run', pack(here, { name: 'other', client: 'other' })).code).toBe(0)
      expect(readdirSync(join(here.folder, '.home/data/plugins/trees'))).toEqual([])
    },
  )

  test('of several says of each that it is installed, also when the next one fails', () => {
    using here = place()
    const { code, out, err } = here.run('plugins', 'install', pack(here), pack(here, { name: 'rival' }))
    expect([code, out]).toEqual([1, expect.stringContaining('installed fairlead-client-shelf 1.0.0: shelf (Shelf)')])
    expect(err).toContain('two packages claim the client "shelf"')
    expect(clients(here)).toContain('shelf')
  })

  test('brings the packages that the client has as peers, also where npm is told not to', () => {
    using here = place({ npm_config_legacy_peer_deps: 'true' })
    const peer = writeFiles(join(here.folder, 'peer'), { 'package.json': '{"name": "peer", "version": "1.0.0"}', 'index.js': '' })
    const tarball = pack(here, { prologue: "import 'peer'", peers: { peer: `file:${peer}` } })
    expect(here.run('plugins', 'install', tarball)).toMatchObject({ code: 0, out: expect.stringContaining('installed') })
  })

  test('of a second package with the client of another is refused with the command that removes that', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    const { code, err } = here.run('plugins', 'install', pack(here, { name: 'rival' }))
    expect(code).toBe(1)
    expect(err).toContain('hint: Nothing was changed. Remove the other one first: `fairlead plugins uninstall fairlead-client-shelf`.')
  })

  test.each([
    [['--', '--global'], 'is not a package'],
    [['./nowhere.tgz'], 'no tarball'],
    [['./made'], 'fairlead plugins link ./made'],
    [['a b'], 'is not a package'],
    [['x:y'], 'not a package that npm can find'],
    [[], 'PACKAGE is missing'],
  ])('of %j is a wrong use', (words, says) => {
    using here = place()
    here.write('made/package.json', '{}')
    expect(here.run('plugins', 'install', ...words)).toMatchObject({ code: 2, err: expect.stringContaining(says) })
  })

  test.each(['', 'no tarball at all'])('of a file that npm can not read as a package (%j) says what makes one', content => {
    using here = place()
    here.write('shelf.tgz', content)
    expect(here.run('plugins', 'install', './shelf.tgz')).toMatchObject({
      code: 2,
      err: expect.stringContaining('that `npm pack` created'),
    })
  })

  test('names what is missing where there is no npm', () => {
    using here = place({ PATH: '/nonexistent' })
    const other = place()
    using _other = other
    const tarball = join(other.folder, pack(other))
    // This Node may have an npm beside itself, which is as good.
    const { code, err } = here.run('plugins', 'install', tarball)
    if (code !== 0) expect(err).toContain('hint: Install npm')
  })

  test('tells what npm could not reach', () => {
    using here = place({ npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' })
    const { code, err } = here.run('plugins', 'install', 'fairlead-client-shelf')
    expect(code).toBe(1)
    expect(err).toMatch(/npm could not install fairlead-client-shelf@latest: .*ECONNREFUSED[\s\S]*hint: Check the network/)
    expect(here.run('plugins', 'list').code).toBe(0)
  })

  test('tells what an old npm could not do, which reports it on standard error', () => {
    using here = place()
    const report = { error: { code: 'E404', summary: 'Not Found', detail: '' } }
    const program = `console.error(${JSON.stringify(`npm ERR! code E404\n${JSON.stringify(report, undefined, 2)}\nnpm ERR! A complete log is in x`)}); process.exit(1)`
    here.write('bin/npm-cli.js', program)
    symlinkSync('npm-cli.js', join(here.folder, 'bin/npm'))
    using old = place({ PATH: join(here.folder, 'bin') })
    const { code, err } = old.run('plugins', 'install', 'fairlead-client-shelf')
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/could not install fairlead-client-shelf@latest: Not Found \(E404\)\nhint: Check its name/),
    ])
  })

  test('that was killed leaves nothing that later commands stumble over', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    // What a killed install leaves: a tree that no record names.
    here.write('.home/data/plugins/trees/half/node_modules/fairlead-client-other/package.json', '{"name": ')
    expect(here.json('plugins-list', 'plugins', 'list').problems).toEqual([])
    here.run('plugins', 'install', pack(here, { version: '1.0.1' }))
    expect(existsSync(join(here.folder, '.home/data/plugins/trees/half'))).toBe(false)
  })
})

describe('plugins uninstall', () => {
  test('takes a client away by the name of its package or its own, and names the connections left', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    here.run('client', 'add', 'books', 'shelf', '--set', 'root=books')
    expect(here.json('plugins-uninstall', 'plugins', 'uninstall', 'shelf')).toMatchObject({
      uninstalled: [{ package: 'fairlead-client-shelf', was: 'installed', clients: ['shelf'] }],
      connections: ['books'],
    })
    expect(clients(here)).not.toContain('shelf')
    expect(readdirSync(join(here.folder, '.home/data/plugins'))).toEqual(['trees'])
    expect(here.run('ls', 'books://')).toMatchObject({ code: 2, err: expect.stringContaining('no client called "shelf" is installed') })
    here.run('plugins', 'install', pack(here))
    expect(here.run('ls', 'books://').code).toBe(0)
  })

  test('says how a client goes that came another way', () => {
    using here = place()
    writeFiles(join(here.folder, 'node_modules/fairlead-client-shelf'), shelfFiles())
    expect(here.run('plugins', 'uninstall', 'shelf')).toMatchObject({
      code: 2,
      err: expect.stringContaining('`npm uninstall fairlead-client-shelf`'),
    })
    expect(here.run('plugins', 'uninstall', 'disk')).toMatchObject({ code: 2, err: expect.stringContaining('part of fairlead') })
    expect(here.run('plugins', 'uninstall', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('No plugins are installed.'),
    })
  })
})

describe('plugins update', () => {
  test('leaves what is linked or came as a tarball, and says what to do', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    here.run('plugins', 'link', writeFiles(join(here.folder, 'work'), shelfFiles({ name: 'other', client: 'other' })))
    expect(here.json('plugins-update', 'plugins', 'update').plugins).toMatchObject([
      { package: 'other', outcome: 'skipped', reason: 'it is linked' },
      { package: 'fairlead-client-shelf', outcome: 'skipped', from: '1.0.0' },
    ])
    expect(here.run('plugins', 'update', 'nothing').code).toBe(1)
  })
})

describe('plugins link', () => {
  test('runs what is built in a folder, before what is installed, until it is taken away', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    const work = writeFiles(join(here.folder, 'work'), shelfFiles({ version: '2.0.0-dev' }))
    expect(here.json('plugins-link', 'plugins', 'link', 'work')).toMatchObject({
      package: 'fairlead-client-shelf',
      version: '2.0.0-dev',
      folder: work,
    })
    const version = () =>
      here
        .run('plugins', 'list')
        .out.match(/shelf +\S+ +(\S+) +(\S+)/)
        ?.slice(1)
    expect(version()).toEqual(['2.0.0-dev', 'linked'])
    writeFiles(work, shelfFiles({ version: '2.0.1-dev' }))
    expect(version()).toEqual(['2.0.1-dev', 'linked'])
    expect(here.run('plugins', 'uninstall', 'shelf').out).toContain('unlinked fairlead-client-shelf')
    expect(version()).toEqual(['1.0.0', 'installed'])
    expect(existsSync(work)).toBe(true)
  })

  test('of a folder that is no client, or none, says so', () => {
    using here = place()
    here.write('work/package.json', '{"name": "x"}')
    expect(here.run('plugins', 'link', 'work')).toMatchObject({ code: 1, err: expect.stringContaining('npm run build') })
    expect(here.run('plugins', 'link', 'nowhere').code).toBe(2)
  })

  test('of a client with its own copy of core works, its errors included', () => {
    using here = place()
    const work = writeFiles(join(here.folder, 'work'), shelfFiles({ core: 'peer' }))
    mkdirSync(join(work, 'node_modules/@fairlead'), { recursive: true })
    symlinkSync(join(root, 'packages/core'), join(work, 'node_modules/@fairlead/core'))
    here.run('plugins', 'link', 'work')
    here.run('client', 'add', 'books', 'shelf', '--set', 'root=books')
    here.write('hero.txt', 'hero')
    expect(here.run('push', 'hero.txt', 'books://a/hero:v1').code).toBe(0)
    expect(here.json('inspect', 'inspect', 'books://a/hero:v1').uri).toBe('books://a/hero:v1')
    expect(here.run('cat', 'books:/nothing').code).toBe(1)
    expect(here.run('cat', 'books:/nothing').err).toContain('the shelf has no nothing')
  })
})

describe('a broken package', () => {
  test.each(['process.exit(0)', 'new Promise(() => {})'])('whose code does not let a command finish (%s) is no success', end => {
    using here = place()
    const files = shelfFiles()
    const code = files['lib/index.js']?.replace('connect: async init => new Shelf(init)', `connect: async () => ${end}`) ?? ''
    here.run('plugins', 'link', writeFiles(join(here.folder, 'work'), { ...files, 'lib/index.js': code }))
    const says = 'The process ended before `fairlead ls` had finished'
    expect(here.run('ls', 'shelf:/', '--set', 'root=books')).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) })
    expect(JSON.parse(here.run('ls', 'shelf:/', '--set', 'root=books', '--json').out)).toMatchObject({ error: { code: 'unexpected' } })
    expect(here.run('shell', '-e', 'process.exit(3)')).toMatchObject({ code: 3, err: '' })
  })

  test('stops no other command; list, doctor, client list and its own connections say what is wrong', () => {
    using here = place()
    writeFiles(join(here.folder, 'node_modules/shelf-2'), shelfFiles({ name: 'shelf-2', contract: 2 }))
    writeFiles(join(here.folder, 'node_modules/odd'), shelfFiles({ name: 'odd', manifest: '{' }))
    here.write('hero.txt', 'hero')
    expect(here.run('push', 'hero.txt', 'a/hero:v1').code).toBe(0)
    expect(here.run('--help').code).toBe(0)
    expect(here.json('plugins-list', 'plugins', 'list').problems).toMatchObject([
      { package: 'odd' },
      { package: 'shelf-2', client: 'shelf' },
    ])
    expect(here.run('plugins', 'list').err).toMatch(
      /error: .*is not JSON[\s\S]*hint: [\s\S]*error: shelf-2 1\.0\.0 was built for contract 2/,
    )
    expect(here.run('client', 'list').err).toContain("2 packages can't be used as clients")
    expect(here.run('doctor').out).toMatch(/warning {2}client shelf-2: .*contract 2/)
    expect(here.run('ls', 'shelf://')).toMatchObject({ code: 1, err: expect.stringContaining('built for contract 2') })
    expect(here.run('client', 'add', 'books', 'shelf').err).toContain('built for contract 2')
  })

  test('that claims the name of another is told whenever that client is used', () => {
    using here = place()
    here.run('plugins', 'install', pack(here))
    writeFiles(join(here.folder, 'node_modules/rival'), shelfFiles({ name: 'rival' }))
    expect(here.run('ls', ':/').err).not.toContain('two packages')
    const { err } = here.run('ls', 'shelf:/', '--set', 'root=books')
    expect(err).toContain('two packages claim the client "shelf": fairlead-client-shelf 1.0.0, which is used, and rival 1.0.0')
  })
})

describe('a command that a client adds', () => {
  const linked = (): Place => {
    const here = place()
    here.run('plugins', 'link', writeFiles(join(here.folder, 'work'), shelfFiles({ commands: true })))
    here.write('books/a/one.txt', '1')
    here.write('books/two.txt', '2')
    here.run('client', 'add', 'books', 'shelf', '--set', 'root=books')
    return here
  }

  test('runs on the only connection of its client, or on the one that is named', () => {
    using here = linked()
    expect(here.run('shelf', 'count')).toMatchObject({ code: 0, out: '2 on the shelf\n' })
    expect(here.run('shelf', 'count', 'a').out).toBe('1 on the shelf\n')
    expect(JSON.parse(here.run('shelf', 'count', '--json').out)).toEqual({ folder: '', files: 2 })
    here.write('more/three.txt', '3')
    here.run('client', 'add', 'more', 'shelf', '--set', 'root=more')
    expect(here.run('shelf', 'count', '--client', 'more').out).toBe('1 on the shelf\n')
    expect(here.run('shelf', 'count').err).toContain('root')
  })

  test('has its errors, its flags and its wrong uses told as those of all commands', () => {
    using here = linked()
    expect(here.run('shelf', 'count', '--least', '5')).toMatchObject({ code: 1, err: expect.stringContaining('hint: Put more on it.') })
    expect(here.run('shelf', 'count', '--least', 'x').code).toBe(2)
    expect(here.run('shelf', 'count', '--lesat', '1')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean --least?') })
    expect(here.run('shelf', 'cuont')).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean `fairlead shelf count`?') })
  })

  test('is in help, list and completion without its code being run', () => {
    using here = linked()
    writeFiles(join(here.folder, 'work'), { 'lib/index.js': "throw new Error('its code was run')" })
    expect(here.run('--help').out).toMatch(/COMMANDS OF CLIENTS\n {2}shelf {2}A folder, for tests\./)
    expect(here.run('shelf', '--help').out).toMatch(/shelf count +Count what lies on the shelf/)
    expect(here.run('shelf').out).toContain('shelf count')
    expect(here.run('help', 'shelf', 'count').out).toBe(here.run('shelf', 'count', '--help').out)
    const help = here.run('shelf', 'count', '--help').out
    expect(help).toContain('fairlead shelf count [FOLDER]')
    expect(help).toMatch(/--least=N +Fail when there are fewer/)
    expect(help).toContain('$ fairlead shelf count a --least 1')
    expect(here.run('completion', 'bash').out).toContain("'shelf count'")
    expect(here.json('plugins-list', 'plugins', 'list').clients).toContainEqual(expect.objectContaining({ commands: ['shelf count'] }))
    expect(here.run('shelf', 'count').err).toContain('its code was run')
  })

  test('of a client that is called like a command of ours gives way, and that is told', () => {
    using here = place()
    here.run('plugins', 'link', writeFiles(join(here.folder, 'work'), shelfFiles({ name: 'odd', client: 'share', commands: true })))
    expect(here.run('plugins', 'list').err).toContain(
      "the commands that odd adds can't be run, because `fairlead share` is a command of Fairlead",
    )
    expect(clients(here)).toContain('share')
  })
})
