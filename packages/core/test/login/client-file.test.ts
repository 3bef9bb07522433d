import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readClientFile } from '../../src/host/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-client-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(text: string): string {
  const path = join(folder, 'client')
  writeFileSync(path, text)
  return path
}

const client = { id: '123.apps.example', secret: 'hush-hush' }

test.each([
  ["the JSON of Google's console", JSON.stringify({ installed: { client_id: client.id, client_secret: client.secret, project_id: 'p' } })],
  ['plain JSON', JSON.stringify({ client_id: client.id, client_secret: client.secret })],
  ['JSON of an app key and secret', JSON.stringify({ app_key: client.id, app_secret: client.secret })],
  ['lines', `# made today\nclient_id=${client.id}\nclient_secret=${client.secret}\n`],
  ['lines for a shell', `export DROPBOX_APP_KEY='${client.id}'\nexport DROPBOX_APP_SECRET="${client.secret}"\n`],
  ['lines as a console shows them', `App key: ${client.id}\r\nApp secret: ${client.secret}\r\n`.replaceAll('App ', 'app_')],
  ['two bare lines', `${client.id}\n${client.secret}\n`],
])('an OAuth client is read from %s', (_name, text) => {
  expect(readClientFile(file(text))).toEqual(client)
})

test('a client without a secret is one', () => {
  expect(readClientFile(file('app_key=abc\n'))).toEqual({ id: 'abc' })
  expect(readClientFile(file('abc\n'))).toEqual({ id: 'abc' })
})

test.each([
  ['the key of a service account', JSON.stringify({ type: 'service_account', private_key: 'hidden' }), 'needs no login'],
  ['a client for web sites', JSON.stringify({ web: { client_id: 'x', client_secret: 'hidden' } }), 'web sites'],
  ['broken JSON', '{"client_secret": "hidden"', 'not valid JSON'],
  ['JSON without an id', '{"client_secret": "hidden"}', 'no client ID'],
  ['prose', 'hidden words\nand more\nand more\n', 'no client ID'],
  ['an empty file', '\n', 'no client ID'],
  ['an id that would steer a terminal', '{"client_id": "a\\u001b[2Jb", "client_secret": "hidden"}', 'is not valid'],
  ['a secret of two lines', '{"client_id": "a", "client_secret": "hidden\\nand more"}', 'is not valid'],
  ['a file in another encoding', '\uFFFD\uFFFD{\0"\0i\0d\0"\0hidden', 'is not valid; is the file saved as UTF-8?'],
  ['something long', 'hidden'.repeat(20_000), 'too long'],
])('%s is config-invalid, and not quoted', (_name, text, why) => {
  expect(() => readClientFile(file(text))).toThrow(
    expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(why), hint: expect.stringMatching(/./) }),
  )
  expect(() => readClientFile(file(text))).not.toThrow(/hidden/)
})

test('a file with a byte order mark is read', () => {
  expect(readClientFile(file('\uFEFF{"client_id": "abc"}'))).toEqual({ id: 'abc' })
})

test.runIf(existsSync('/dev/zero'))('a device that never ends is too long', () => {
  expect(() => readClientFile('/dev/zero')).toThrow(/too long/)
})

test('a file that is not there is config-invalid', () => {
  expect(() => readClientFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'config-invalid' }))
})
