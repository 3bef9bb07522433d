import { createServer, type Server } from 'node:http'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readFileSync, rmSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { built } from './support/build.ts'
import { bin, expectSchema, place, type Place } from './support/run.ts'

beforeAll(built, 300_000)

const secrets = ['hunter2', 's3cr3t']
const withSecrets = `ingress_directory: ingress
specification_files: [specifications]
exporters: [{ connection: local }]
webhooks:
  - url: https://user:hunter2@hooks.example/path-s3cr3t?token=s3cr3t
    headers: { Authorization: Bearer hunter2, X-Api-Key: s3cr3t, Cookie: a=s3cr3t, Accept: text/plain }
    params: { api_key: s3cr3t, page: 1 }
    json: { credentials: { list: [s3cr3t] }, deep: { password: hunter2 }, see: "http://u:s3cr3t@x.example/?sig=s3cr3t", plain: shown }
`

function example(): Place {
  const here = place()
  here.json('init', 'init', '.', '--example')
  return here
}

/** Runs while this process serves. */
async function runBeside(
  here: Place,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: here.folder,
    env: { ...here.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, err] = ['', ''].map(() => [] as string[])
  child.stdout.on('data', chunk => out?.push(String(chunk)))
  child.stderr.on('data', chunk => err?.push(String(chunk)))
  const [code] = await once(child, 'close')
  return { code, out: out?.join('') ?? '', err: err?.join('') ?? '' }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server's address is one
  return `http://127.0.0.1:${port}`
}

describe('config show', () => {
  test('says of each key of the project where it comes from', () => {
    using here = example()
    const { project } = here.json('config-show', 'config', 'show')
    expect(project).toMatchObject({ file: join(here.folder, 'fairlead.yaml'), problems: [] })
    const { values } = project as { values: readonly { key: string; source: string }[] }
    expect(values.find(({ key }) => key === 'ingress_directory')?.source).toMatch(/^fairlead\.yaml:\d+$/)
    expect(values.find(({ key }) => key === 'webhooks')?.source).toBe('default')
  })

  test('shows connections where there is no project', () => {
    using here = place()
    const shown = here.json('config-show', 'config', 'show')
    expect(shown).not.toHaveProperty('project')
    expect(shown.connections).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'local' })]))
  })

  test('prints defaults that are a valid project file', () => {
    using here = place()
    here.write('fairlead.yaml', here.run('config', 'show', '--defaults').out)
    expect(here.run('config', 'check')).toMatchObject({ code: 0, err: '' })
  })

  test.each([['redact_hash: false'], ['redact_hash: true'], ['redact_regex: "^never$"']])('prints no secret (%s)', line => {
    using here = example()
    here.write('fairlead.yaml', `${withSecrets}${line}\n`)
    for (const words of [
      ['config', 'show'],
      ['config', 'show', '--json'],
      ['config', 'show', '--verbose'],
      ['config', 'check', '--verbose'],
      ['workflow', '--dry-run'],
    ]) {
      const { out, err, code } = here.run(...words)
      expect(code, words.join(' ')).toBe(0)
      // With an expression of one's own only what it names is hidden within bodies and params.
      if (!line.includes('never')) for (const secret of secrets) expect(out + err, words.join(' ')).not.toContain(secret)
      expect(out + err).not.toMatch(/Bearer hunter2|user:hunter2|token=s3cr3t|a=s3cr3t|u:s3cr3t|sig=s3cr3t/)
    }
    expect(here.run('config', 'show').out).toContain('shown')
  })

  test('shows what is right of a file with faults, and ends with 2', () => {
    using here = place()
    here.write('fairlead.yaml', 'ingress_directory: .\nwrite_mod: copy\n')
    const { code, out, err } = here.run('config', 'show')
    expect(code).toBe(2)
    expect(err).toContain('did you mean "write_mode"?')
    expect(out).toContain('fairlead.yaml:1')
  })

  test('names the variables that FAIRLEAD_CONFIG takes the effect from', () => {
    using here = example()
    Object.assign(here.env, { FAIRLEAD_CONFIG: 'fairlead.yaml', FAIRLEAD_WRITE_MODE: 'link' })
    expect(here.json('config-show', 'config', 'show').project).toMatchObject({ ignored: ['FAIRLEAD_WRITE_MODE'] })
  })
})

describe('config check', () => {
  test('finds nothing in the example', () => {
    using here = example()
    expect(here.json('config-check', 'config', 'check')).toMatchObject({ valid: true, problems: [], exporters: 1 })
  })

  test('lists everything that is wrong and ends with 2', () => {
    using here = place()
    here.write(
      'fairlead.yaml',
      'ingress_directory: nowhere\nexporters: [{connection: locl}]\nwebhooks: [{url: "http://x.example/${NOT_SET}"}]\nfoo: 1\n',
    )
    const { code, out } = here.run('config', 'check')
    expect(code).toBe(2)
    for (const part of ['fairlead.yaml:4:1: unknown key "foo"', 'nowhere', 'did you mean "local"', 'NOT_SET is not set'])
      expect(out).toContain(part)
    expectSchema('config-check', JSON.parse(here.run('config', 'check', '--json').out))
  })

  test('of variables names variable, line and column', () => {
    using here = example()
    Object.assign(here.env, { FAIRLEAD_WORKFLOW: '[update,\n creat]' })
    const { code, out } = here.run('config', 'check')
    expect(code).toBe(2)
    expect(out).toContain('FAIRLEAD_WORKFLOW:2:2: ')
  })

  test('of no project is a wrong use', () => {
    using here = place()
    expect(here.run('config', 'check')).toMatchObject({ code: 2, err: expect.stringContaining('fairlead init') })
  })
})

test('config schema prints the published JSON Schema', () => {
  using here = place()
  const published = JSON.parse(readFileSync(new URL('../../catalog/schema/fairlead.json', import.meta.url), 'utf8'))
  expect(here.json('config-schema', 'config', 'schema')).toEqual(published)
  expect(here.json('config-schema', 'config', 'schema', '--report').title).toContain('report')
})

test('variables alone make a project of the current folder', () => {
  using here = example()
  Object.assign(here.env, { FAIRLEAD_INGRESS_DIRECTORY: 'ingress', FAIRLEAD_SPECIFICATION_FILES: '[specifications]' })
  rmSync(join(here.folder, 'fairlead.yaml'))
  expect(here.run('update')).toMatchObject({ code: 0, out: expect.stringContaining('17 files in 5 assets: 5 valid') })
  expect(here.run('config', 'show').out).toContain('FAIRLEAD_INGRESS_DIRECTORY')
})

describe('workflow', () => {
  test('calls its webhooks with what it came to', async () => {
    using here = example()
    const bodies: string[] = []
    const server = createServer((request, response) => {
      request.on('data', chunk => bodies.push(String(chunk)))
      request.on('end', () => response.end())
    })
    const origin = await listen(server)
    const config = readFileSync(join(here.folder, 'fairlead.yaml'), 'utf8')
    here.write(
      'fairlead.yaml',
      `${config}\nwebhooks:\n  - { url: ${origin}, headers: { Authorization: "Bearer \${TOKEN}" }, json: { valid: "{{ report.valid }}", ok: "{{ report.success }}" } }\n  - { url: ${origin}/x, on: failure }\n`,
    )
    const { code, out } = await runBeside(here, { TOKEN: 'hunter2' }, 'workflow', '--yes', '--json', '--verbose')
    server.close()
    expect(code).toBe(0)
    expect(out).not.toContain('hunter2')
    const result = JSON.parse(out)
    expectSchema('workflow', result)
    expect(result.webhooks).toEqual([{ webhook: 1, method: 'POST', address: origin, ok: true, status: 200, attempts: 1 }])
    expect(bodies.map(text => JSON.parse(text))).toEqual([{ valid: 5, ok: true }])
  })

  test('ends with 1 when a webhook failed, and undoes nothing', async () => {
    using here = example()
    const server = createServer((_request, response) => response.writeHead(404).end())
    const origin = await listen(server)
    const webhooks = `[{ url: "${origin}/path-s3cr3t", retries: 0 }]`
    const { code, out, err } = await runBeside(here, { FAIRLEAD_WEBHOOKS: webhooks }, 'workflow', '--yes')
    server.close()
    expect(code).toBe(1)
    expect(out + err).toContain('status 404')
    expect(out + err).not.toContain('s3cr3t')
    expect(here.json('search', 'search').count).toBe(5)
  })

  test('calls none with --no-webhooks, and needs none of their variables then', () => {
    using here = example()
    Object.assign(here.env, { FAIRLEAD_WEBHOOKS: '[{ url: "http://127.0.0.1:1/${NOT_SET}" }]' })
    expect(here.run('workflow', '--yes')).toMatchObject({ code: 2, err: expect.stringContaining('NOT_SET is not set') })
    expect(here.run('workflow', '--yes', '--no-webhooks').code).toBe(0)
  })

  test('is only planned with --dry-run', () => {
    using here = example()
    Object.assign(here.env, { FAIRLEAD_WEBHOOKS: '[{ url: "https://hooks.example/s3cr3t", json: { n: "{{ report.valid }}" } }]' })
    const { code, out } = here.run('workflow', '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('1. delete: would nothing: there is no staging')
    expect(out).toContain('webhook 1: would send POST https://hooks.example/…')
    expect(out).not.toContain('s3cr3t')
    expect(here.json('workflow', 'workflow', '--dry-run').planned).toMatchObject({
      steps: ['delete', 'update', 'create', 'export'].map(step => ({ step })),
    })
    expect(here.run('query').code).not.toBe(0)
  })

  test('takes its steps from --steps', () => {
    using here = example()
    expect(here.json('workflow', 'workflow', '--steps', 'update,create').done).toMatchObject([{ step: 'update' }, { step: 'create' }])
    expect(here.run('workflow', '--steps', 'update,creat')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"creat" is not a step'),
    })
  })

  test('does not empty staging without a terminal to ask at', () => {
    using here = example()
    here.run('workflow', '--yes')
    expect(here.run('workflow')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  })
})

describe('init --from-hidebound', () => {
  test('makes a project, and tells what is left to do without a secret', () => {
    using here = place()
    here.write('ingress/x.txt', '')
    const config = {
      ingress_directory: join(here.folder, 'ingress'),
      staging_directory: join(here.folder, 'hidebound'),
      exporters: [{ name: 's3', access_key: 's3cr3t', secret_key: 's3cr3t', bucket: 'prod-data', region: 'us-west-2' }],
      webhooks: [{ url: 'http://a.example/?token=s3cr3t', method: 'get' }],
    }
    here.write('config.json', `// mine\n${JSON.stringify(config)}`)
    const made = here.json('init', 'init', '--from-hidebound', 'config.json', '--output', 'out')
    expect(made.commands).toEqual(['fairlead client add hidebound-s3 s3 --set bucket=prod-data --set region=us-west-2'])
    expect(JSON.stringify(made) + readFileSync(join(here.folder, 'out/fairlead.yaml'), 'utf8')).not.toContain('s3cr3t')
    const { code, out } = here.run('config', 'check', 'out')
    expect(code).toBe(2)
    expect(out).toContain('there is no connection "hidebound-s3"')
    expect(out).toContain('WEBHOOK_1_URL is not set')
    expect(here.run('init', '--from-hidebound', 'config.json', '--output', 'out')).toMatchObject({
      code: 1,
      err: expect.stringContaining('already exists'),
    })
  })
})
