import { mkdirSync, symlinkSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { FairleadError } from '@fairlead/core'
import {
  checkProject,
  configSchema,
  defaultsText,
  findProject,
  loadSpecifications,
  openProject,
  showConfig,
  webhookReportSchema,
} from '../src/index.ts'
import { checkYaml } from '../src/config/check.ts'
import { projectSchema } from '../src/config/project-schema.ts'
import { failureOf, Workspace } from './support/helpers.ts'

async function messageOf(work: () => unknown): Promise<string> {
  return (await failureOf(Promise.resolve().then(work))).message
}

describe('a configuration variable', () => {
  it('comes before the file', () => {
    using space = new Workspace()
    const { folder } = space.project('write_mode: copy\nworkflow: [update]\n')
    const { config } = openProject(folder, { FAIRLEAD_WRITE_MODE: 'link', FAIRLEAD_WORKFLOW: '[update, create]' })
    expect(config).toMatchObject({ writeMode: 'link', workflow: ['update', 'create'] })
  })

  it('holds lists and maps as YAML', () => {
    using space = new Workspace()
    const { folder } = space.project('')
    const { config } = openProject(folder, {
      FAIRLEAD_EXPORTERS: '- { connection: archive, prefix: a/b, metadata_types: [asset], workers: 3 }',
      FAIRLEAD_QUERIES: '{ bad: select 1, named: { sql: select 2, group_by: asset, description: two } }',
      FAIRLEAD_ENGINE: 'threads: 2',
    })
    expect(config.exporters).toEqual([{ connection: 'archive', prefix: 'a/b', metadataTypes: ['asset'], workers: 3 }])
    expect(config.queries).toEqual({ bad: { sql: 'select 1' }, named: { sql: 'select 2', groupBy: 'asset', description: 'two' } })
    expect(config.threads).toBe(2)
  })

  it.each(['True', 'true', 'TRUE', '1', 'yes', 'on'])('that is a boolean is true when it is %s', value => {
    using space = new Workspace()
    expect(openProject(space.project('').folder, { FAIRLEAD_REDACT_HASH: value }).config.redact.hash).toBe(true)
  })

  it.each(['False', '0', 'no', 'off'])('that is a boolean is false when it is %s', value => {
    using space = new Workspace()
    const { folder } = space.project('redact_hash: true\n')
    expect(openProject(folder, { FAIRLEAD_REDACT_HASH: value }).config.redact.hash).toBe(false)
  })

  it('that is a text is taken as it is, whatever YAML would make of it', () => {
    using space = new Workspace()
    const { config } = openProject(space.project('').folder, { FAIRLEAD_INGRESS_DIRECTORY: '- a: #b' })
    expect(config.ingressDirectory).toBe(space.path('project/- a: #b'))
  })

  it('that is empty counts as unset', () => {
    using space = new Workspace()
    const { folder } = space.project('exclude: [a]\n')
    expect(openProject(folder, { FAIRLEAD_EXCLUDE: '', FAIRLEAD_EXPORTERS: '' }).config).toMatchObject({ exclude: ['a'], exporters: [] })
  })

  it('may hold specifications', async () => {
    using space = new Workspace()
    const project = openProject(space.project('').folder, { FAIRLEAD_SPECIFICATIONS: 'aaa001: { type: file }' })
    expect((await loadSpecifications(project)).map(({ name }) => name)).toEqual(['aaa001'])
  })

  it.each([
    [{ FAIRLEAD_WORKFLOW: '[update, creat]' }, 'FAIRLEAD_WORKFLOW:1:10: FAIRLEAD_WORKFLOW[1] must be one of'],
    [{ FAIRLEAD_WORKFLOW: 'update' }, 'FAIRLEAD_WORKFLOW:1:1: FAIRLEAD_WORKFLOW must be a list, not "update"'],
    [{ FAIRLEAD_ENGINE: 'threads: 2\nthread: 1' }, 'FAIRLEAD_ENGINE:2:1: unknown key "thread"; did you mean "threads"?'],
    [{ FAIRLEAD_WRITE_MODE: 'shuffle' }, 'FAIRLEAD_WRITE_MODE:1:1: FAIRLEAD_WRITE_MODE must be one of copy, move, link'],
    [{ FAIRLEAD_REDACT_HASH: 'maybe' }, 'FAIRLEAD_REDACT_HASH must be true or false, not "maybe"'],
    [{ FAIRLEAD_EXCLUDE: '["/(/"]' }, 'FAIRLEAD_EXCLUDE:1:2: '],
  ])('that is wrong is named with line and column: %j', async (environment, message) => {
    using space = new Workspace()
    const { folder } = space.project('')
    expect(await messageOf(() => openProject(folder, environment))).toContain(message)
  })

  it('names the ingress of a project without a file, the current folder', () => {
    using space = new Workspace()
    const project = findProject(space.folder, { FAIRLEAD_INGRESS_DIRECTORY: 'in', FAIRLEAD_EXPORTERS: '[{connection: local}]' })
    expect(project.folder).toBe(space.folder)
    expect(project.config).toMatchObject({ ingressDirectory: space.path('in'), exporters: [{ connection: 'local' }] })
  })
})

describe('FAIRLEAD_CONFIG', () => {
  it('names the project file, and no other variable counts', () => {
    using space = new Workspace()
    const { file } = space.project('write_mode: link\n')
    const environment = { FAIRLEAD_CONFIG: file, FAIRLEAD_WRITE_MODE: 'copy', FAIRLEAD_WORKFLOW: 'nonsense' }
    expect(findProject('/', environment).config.writeMode).toBe('link')
    expect(showConfig(file, environment).ignored).toEqual(['FAIRLEAD_WRITE_MODE', 'FAIRLEAD_WORKFLOW'])
  })

  it('that names nothing is refused by its name', async () => {
    expect(await messageOf(() => findProject('/', { FAIRLEAD_CONFIG: '/no/such.yaml' }))).toContain('FAIRLEAD_CONFIG is /no/such.yaml')
  })
})

describe('ingress and staging', () => {
  it.each([
    ['ingress_directory: a\nstaging_directory: a\n', 'the same folder'],
    ['ingress_directory: link\nstaging_directory: ingress\n', 'the same folder'],
    ['ingress_directory: link/deep\nstaging_directory: ingress\n', 'is inside the staging folder'],
    ['ingress_directory: a/b\nstaging_directory: a\n', 'is inside the staging folder'],
  ])('may not be one or the ingress below, by whatever way: %j', async (config, message) => {
    using space = new Workspace()
    mkdirSync(space.path('project/ingress/deep'), { recursive: true })
    symlinkSync('ingress', space.path('project/link'))
    expect(await messageOf(() => space.project(config))).toContain(message)
  })

  it('that lies in the ingress by another way is named by the way that the scan would come', () => {
    using space = new Workspace()
    mkdirSync(space.path('project/ingress'), { recursive: true })
    symlinkSync('ingress', space.path('project/link'))
    const { config } = space.project('ingress_directory: ingress\nstaging_directory: link/out\n')
    expect(config.stagingDirectory).toBe(space.path('project/ingress/out'))
  })
})

describe('the configuration as it is shown', () => {
  it('says of each key where it comes from', () => {
    using space = new Workspace()
    const { file } = space.project('write_mode: link\nworkflow: [update]\n')
    const { values } = showConfig(file, { FAIRLEAD_WORKFLOW: '[create]' })
    const of = (key: string) => values.find(value => value.key === key)
    expect(of('write_mode')).toMatchObject({ value: 'link', source: { kind: 'file', line: 1, column: 1 } })
    expect(of('workflow')).toMatchObject({ value: ['create'], source: { kind: 'environment', variable: 'FAIRLEAD_WORKFLOW' } })
    expect(of('exclude')).toMatchObject({ source: { kind: 'default' }, variable: 'FAIRLEAD_EXCLUDE' })
  })

  it('with all defaults is a file that is valid and changes nothing', () => {
    using space = new Workspace()
    const { config } = space.project(defaultsText())
    using other = new Workspace()
    const plain = other.project('').config
    const bare = { ingressDirectory: '', stagingDirectory: '' }
    expect({ ...config, ...bare }).toEqual({ ...plain, ...bare })
    for (const key of Object.keys(projectSchema.keys)) expect(defaultsText()).toMatch(new RegExp(`^(# )?${key}: `, 'm'))
  })
})

describe('a check of the configuration', () => {
  it('lists all that is wrong, in the file and in what it names', async () => {
    using space = new Workspace()
    space.write('project/specs/a.yaml', 'name: aaa001\ntype: files\n')
    space.write('project/specs/b.yaml', 'nme: bbb001\ntype: file\n')
    const file = space.write(
      'project/fairlead.yaml',
      [
        'ingress_directory: nowhere',
        'write_mod: copy',
        'specification_files: [specs/a.yaml, specs/b.yaml, missing.yaml]',
        'exporters: [{ connection: locl }]',
        'webhooks: [{ url: "https://example.com/${NOT_SET}" }]',
      ].join('\n'),
    )
    const { problems } = await checkProject(file, { environment: {}, connections: ['local'] })
    const text = problems.map(({ message }) => message).join('\n')
    for (const part of [
      'write_mod',
      'nowhere',
      'type must be one of',
      'nme',
      'missing.yaml',
      'did you mean "local"?',
      'NOT_SET is not set',
    ]) {
      expect(text).toContain(part)
    }
    expect(problems.find(({ source }) => source.endsWith('a.yaml'))).toMatchObject({ line: 2, column: 7 })
  })

  it('finds nothing in a file that is right', async () => {
    using space = new Workspace()
    const { file } = space.project(
      'ingress_directory: ingress\nexporters: [{ connection: local }]\nspecifications: { aaa001: { type: file } }\n',
    )
    expect(await checkProject(file, { environment: {}, connections: ['local'] })).toMatchObject({ problems: [], specifications: 1 })
  })
})

/** Texts with what they hold that only the check can know: whether an expression compiles, a template has a value. */
const corpus: ReadonlyArray<readonly [text: string, legal: boolean, semantic?: string]> = [
  ['', true],
  ['ingress_directory: a', true],
  ['ingress_directory: " "', false],
  ['ingress_directory: 3', false],
  ['staging_directory: [a]', false],
  ['write_mode: move', true],
  ['write_mode: Move', false],
  ['metadata_types: []', true],
  ['metadata_types: [asset, files]', false],
  ['include: ["/a.*/", "**/*.png"]', true],
  ['include: [""]', false],
  ['include: ["/(/"]', false, 'semantic'],
  ['workflow: [update, update]', true],
  ['workflow: update', false],
  ['exporters: [{ connection: a, prefix: b/c, workers: 2, metadata_types: [file] }]', true],
  ['exporters: [{ connection: a, prefix: /b }]', false],
  ['exporters: [{ connection: a, prefix: b/../c }]', false],
  ['exporters: [{ connection: a, workers: 0 }]', false],
  ['exporters: [{ prefix: b }]', false],
  ['exporters: { connection: a }', false],
  ['webhooks: [{ url: "https://a.example/x", method: PUT, on: failure, json: { n: "{{ report.valid }}" } }]', true],
  ['webhooks: [{ url: "${HOOK_URL}" }]', true],
  ['webhooks: [{ url: a.example }]', false],
  ['webhooks: [{ url: "https://a.example", method: trace }]', false],
  ['webhooks: [{ url: "https://a.example", json: 1, data: x }]', false],
  ['webhooks: [{ url: "https://a.example", json: "{{ report.nope }}" }]', false, 'semantic'],
  ['webhooks: [{ url: "https://a.example", headers: { "a b": x } }]', false],
  ['webhooks: [{ url: "https://a.example", headers: { a: 1 } }]', false],
  ['webhooks: [{ url: "https://a.example", params: { a: 1, b: true, c: x } }]', true],
  ['webhooks: [{ url: "https://a.example", params: { a: [1] } }]', false],
  ['webhooks: [{ url: "https://a.example", timeout: 0.5, retries: 0, expect: [200] }]', true],
  ['webhooks: [{ url: "https://a.example", timeout: 0 }]', false],
  ['webhooks: [{ url: "https://a.example", expect: [600] }]', false],
  ['webhooks: [{ url: "https://a.example", data: { a: 1 } }]', true],
  ['webhooks: [{ url: "https://a.example", data: 1 }]', false],
  ['queries: { a: select 1, b.c-d: { sql: select 1, group_by: file } }', true],
  ['queries: { "a b": select 1 }', false],
  ['queries: { a: { group_by: file } }', false],
  ['queries: { a: [1] }', false],
  ['engine: { threads: 0 }', true],
  ['engine: { threads: 1.5 }', false],
  ['engine: { workers: 1 }', false],
  ['redact_regex: "key$"', true],
  ['redact_regex: "("', false, 'semantic'],
  ['redact_hash: true', true],
  ['redact_hash: "true"', false],
  ['specifications: { aaa001: { type: file } }', true],
  ['nonsense: 1', false],
]

describe('the published JSON Schema', () => {
  const validate = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).compile(configSchema())

  const cases = corpus.map(([text, legal, semantic]) => ({ text, legal, mayBe: legal || semantic === 'semantic' }))

  it.each(cases)('and the check agree on $text', ({ text, legal, mayBe }) => {
    const value: unknown = parse(text) ?? {}
    expect(checkYaml(text, projectSchema).problems.length === 0).toBe(legal)
    expect(validate(value)).toBe(mayBe)
  })

  it('is the file that is published; write it anew with vitest --update', async () => {
    for (const [name, schema] of [
      ['fairlead', configSchema()],
      ['webhook-report', webhookReportSchema()],
    ] as const)
      await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(`../schema/${name}.json`)
  })

  it('explains every key', () => {
    for (const [key, schema] of Object.entries(projectSchema.keys)) expect(schema.description, key).toMatch(/[.:]/)
  })
})

describe('a message about a secret', () => {
  it.each([
    'webhooks: [{ url: "ht!tp://user:hunter2@x" }]',
    'webhooks: [{ url: "https://a.example", headers: { Authorization: [hunter2] } }]',
    'webhooks: [{ url: "https://a.example", json: "hunter2 {{ report.nope }}" }]',
    'webhooks: [{ url: "https://a.example", headers: { A: "hunter2 ${x" } }]',
    'webhooks: [{ url: "https://a.example", timeout: 1 }]\nqueries: *hunter2',
    'webhooks: hunter2',
    'webhooks: [hunter2',
  ])('does not repeat it: %j', text => {
    const { problems } = checkYaml(text, projectSchema)
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain('hunter2')
  })

  it('is an error of the configuration like any other', () => {
    using space = new Workspace()
    const made = () => space.project('webhooks: [{ url: "x" }]')
    expect(made).toThrow(FairleadError)
  })
})
