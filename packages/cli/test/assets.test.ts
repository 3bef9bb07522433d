import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

function withAsset(): Place {
  const here = place()
  here.write('hero/a.txt', 'one')
  here.write('hero/sub/b.txt', 'two')
  here.json('push', 'push', 'hero', 'cat001/hero:v001', '--label', 'team=light')
  return here
}

describe('push', () => {
  test('needs no configuration and says uri, digest, size and the next command', () => {
    using here = place()
    here.write('notes.txt', 'text')
    const { code, out } = here.run('push', 'notes.txt')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^uri: +local:\/\/library\/notes\.txt:latest\ndigest: +sha256:[0-9a-f]{64}\nsize: +4 B in 1 file\noutcome: created\nnext: fairlead pull local:\/\/library\/notes\.txt:latest\n$/,
    )
  })

  test('gives a legal asset name the reference of the catalogue', () => {
    using here = place()
    here.write('p-cat001_s-spec001_d-hero_v003/p-cat001_s-spec001_d-hero_v003_f0001.png', 'x')
    expect(here.json('push', 'push', 'p-cat001_s-spec001_d-hero_v003').uri).toBe('local://cat001/spec001/hero:v003')
  })

  test('refuses a name that no reference can hold, and proposes one that can', () => {
    using here = place()
    here.write('my notes!/a.txt', 'x')
    const { code, err } = here.run('push', 'my notes!')
    expect(code).toBe(2)
    expect(err).toContain('library/my-notes:latest')
  })

  test('changes nothing the second time, and replaces other content only with --force', () => {
    using here = withAsset()
    expect(here.json('push', 'push', 'hero', 'cat001/hero:v001', '--label', 'team=light').outcome).toBe('unchanged')
    here.write('hero/a.txt', 'other')
    const { code, err } = here.run('push', 'hero', 'cat001/hero:v001')
    expect(code).toBe(1)
    expect(err).toContain('--force')
    expect(here.json('push', 'push', 'hero', 'cat001/hero:v001', '--force').outcome).toBe('replaced')
  })

  test('with --dry-run stores nothing', () => {
    using here = place()
    here.write('a.txt', 'x')
    expect(here.json('push', 'push', 'a.txt', '--dry-run').outcome).toBe('planned')
    expect(here.json('search', 'search').count).toBe(0)
  })

  test('with --quiet prints the reference alone', () => {
    using here = place()
    here.write('a.txt', 'x')
    expect(here.run('push', 'a.txt', 'c/n:t', '--quiet')).toMatchObject({ out: 'local://c/n:t\n', err: '' })
  })
})

describe('what was pushed', () => {
  test('is pulled with the same bytes', () => {
    using here = withAsset()
    const { path } = here.json('pull', 'pull', 'cat001/hero:v001', 'elsewhere')
    expect(path).toBe(join(here.folder, 'elsewhere/hero'))
    expect(readFileSync(join(here.folder, 'elsewhere/hero/sub/b.txt'), 'utf8')).toBe('two')
  })

  test('is found by words, labels and the beginning of its reference', () => {
    using here = withAsset()
    expect(here.json('search', 'search', 'hero').count).toBe(1)
    expect(here.json('search', 'search', 'label.team:light').assets).toMatchObject([
      { uri: 'local://cat001/hero:v001', labels: { team: 'light' } },
    ])
    expect(here.json('search', 'search', 'nothing-like-it').count).toBe(0)
    expect(here.json('ls', 'ls', 'cat001/').assets).toHaveLength(1)
    expect(here.json('ls', 'ls', 'dog').assets).toHaveLength(0)
    expect(here.json('ls', 'ls').assets).toHaveLength(1)
  })

  test('is inspected, verified, tagged and read', () => {
    using here = withAsset()
    expect(here.json('inspect', 'inspect', 'cat001/hero:v001')).toMatchObject({
      labels: { team: 'light' },
      files: [{ path: 'a.txt' }, { path: 'sub/b.txt' }],
    })
    expect(here.json('verify', 'verify', 'cat001/hero:v001').ok).toBe(true)
    expect(here.json('tag', 'tag', 'cat001/hero:v001', 'approved').uri).toBe('local://cat001/hero:approved')
    expect(here.run('cat', 'cat001/hero:approved', 'sub/b.txt').out).toBe('two')
    expect(here.run('cat', 'cat001/hero:approved')).toMatchObject({ code: 2, err: expect.stringContaining('a.txt') })
  })

  test('lies as objects that are listed and read by path', () => {
    using here = withAsset()
    const { entries } = here.json('ls', 'ls', ':/assets', '--recursive')
    expect(entries).toHaveLength(2)
    expect(here.run('cat', ':/fairlead.json', '--range', '0-9').out).toBe('{"layout":')
    for (const words of [
      ['cat', ':/fairlead.json', '--version', 'x'],
      ['ls', ':/', '--versions'],
    ])
      expect(here.run(...words)).toMatchObject({ code: 2, err: expect.stringContaining('does not keep versions') })
  })

  test('is found damaged when a byte changes, with exit code 1', () => {
    using here = withAsset()
    const [entry] = JSON.parse(here.run('ls', ':/assets', '--recursive', '--json').out).entries
    here.write(join('.home/data/store', String(entry.path).replace('local:/', '')), 'eno')
    expect(here.json('verify', 'verify', 'cat001/hero:v001')).toMatchObject({ ok: false, problems: [{ problem: 'sha256' }] })
    expect(here.run('verify', 'cat001/hero:v001').code).toBe(1)
  })

  test('goes only with --yes where there is no terminal to ask at', () => {
    using here = withAsset()
    expect(here.run('remove', 'cat001/hero:v001')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
    expect(here.json('remove', 'remove', 'cat001/hero:v001', '--dry-run').removed).toBe(false)
    expect(here.json('remove', 'remove', 'cat001/hero:v001', '--yes').removed).toBe(true)
    expect(here.run('inspect', 'cat001/hero:v001').code).toBe(1)
  })

  test('is shared by a link that is listed and revoked', () => {
    using here = withAsset()
    const { shares } = here.json('share', 'share', 'cat001/hero:v001', '--expires', '30m')
    expect(shares).toMatchObject([{ kind: 'signed-url', revocable: true }])
    expect(here.run('share', 'list').out).toContain('local:/assets/')
    const listed: readonly { readonly id: string }[] = JSON.parse(here.run('share', 'list', '--json').out).shares
    const [first] = listed
    here.json('share-revoke', 'share', 'revoke', first?.id ?? '')
    expect(here.json('share-list', 'share', 'list').shares).toEqual([])
  })

  test('is never reached through the reference of another connection with local', () => {
    using here = withAsset()
    expect(here.run('local', 'pull', 'disk://cat001/hero:v001').code).toBe(2)
    expect(here.run('local', 'search', 'hero').out).toContain('local://cat001/hero:v001')
  })
})

describe('a place that can not be', () => {
  test('is refused as wrong use, for what is pushed and for where is pulled to', () => {
    using here = place()
    here.write('a.txt', 'one')
    here.run('push', 'a.txt', 'c/n')
    for (const destination of ['a.txt', 'a.txt/deep/er', '/dev/null']) {
      const { code, err } = here.run('pull', 'c/n', destination)
      expect(code, err).toBe(2)
      expect(err).toContain('is a file')
    }
    expect(here.run('push', 'x'.repeat(300), 'c/n')).toMatchObject({ code: 2, err: expect.stringContaining('ENAMETOOLONG') })
    expect(here.run('push', '/')).toMatchObject({ code: 2, err: expect.stringContaining('root of the file system') })
  })
})

describe('a proposed command', () => {
  test('is the one that was tried, whole', () => {
    using here = place()
    here.write('-a b', 'one')
    here.run('push', '--', '-a b', 'c/n')
    here.write('-a b', 'two')
    const { out } = here.run('push', '--dry-run', '--force', '--label', 'team=the light', '--', '-a b', 'c/n')
    expect(out).toContain("\nnext: fairlead push '--label=team=the light' --force -- '-a b' local://c/n:latest\n")
    expect(here.run('push', '--', '-a b').err).toContain("Give one: fairlead push -- '-a b' library/a-b:latest")
  })

  test('holds no control characters of a name, and still means that name', () => {
    using here = place()
    here.write('\u001b[31m\n', 'one')
    const { out } = here.run('push', '\u001b[31m\n', 'c/n', '--dry-run')
    expect(out).toContain("\nnext: fairlead push $'\\x1b[31m\\x0a' local://c/n:latest\n")
  })
})

test('metadata tells size, hash, media type and the traits of an image', () => {
  using here = place()
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  const file = here.write('dot.png', png)
  expect(here.json('metadata', 'metadata', file)).toMatchObject({
    size: png.length,
    mediaType: 'image/png',
    traits: { width: 1, height: 1, channels: 4 },
  })
})
