import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import {
  checkProject,
  configSchema,
  create,
  initFromHidebound,
  initFromHideboundEnvironment,
  openProject,
  update,
  type FromHideboundResult,
} from '../src/index.ts'
import { convertPattern } from '../src/hidebound/convert-pattern.ts'
import { jsonAsYaml } from '../src/hidebound/json-with-comments.ts'
import { failureOf, tree, Workspace } from './support/helpers.ts'
import { mainTree } from './support/main-tree.ts'

/** Every key of a configuration of Hidebound, in the shape of its own documentation. */
const full = (folder: string) => ({
  ingress_directory: `${folder}/ingress`,
  staging_directory: `${folder}/hidebound`,
  include_regex: '',
  exclude_regex: String.raw`\.DS_Store`,
  write_mode: 'copy',
  dask: { cluster_type: 'local', num_partitions: 2, local_num_workers: 2, local_threads_per_worker: 2, local_multiprocessing: true },
  workflow: ['delete', 'update', 'create', 'export'],
  redact_regex: '(_key|_id|_token|url)$',
  redact_hash: true,
  specification_files: [`${folder}/specifications.py`],
  exporters: [
    {
      name: 's3',
      access_key: 's3cr3t-access',
      secret_key: 's3cr3t-secret',
      bucket: 'prod-data',
      region: 'eu-central-2',
      metadata_types: ['asset', 'file'],
    },
    { name: 'disk', target_directory: `${folder}/archive` },
    { name: 'girder', api_key: 's3cr3t-girder', root_id: '5f0c', root_type: 'folder', host: 'http://localhost', port: 8180 },
  ],
  webhooks: [
    {
      url: 'http://foobar.com/api/user?token=s3cr3t-token',
      method: 'get',
      params: { id: 123, api_key: 's3cr3t-param' },
      headers: { Authorization: 'Bearer s3cr3t-header', Accept: 'text/plain' },
    },
    {
      url: 'http://foobar.com/api/user',
      method: 'post',
      data: { id: 123, text: 'costs ${5} {{x}}', password: 's3cr3t-data' },
      timeout: 10,
    },
  ],
})

async function converted(
  space: Workspace,
  config: object | string,
  name = 'hidebound.yaml',
): Promise<FromHideboundResult & { readonly text: string }> {
  const file = space.write(name, typeof config === 'string' ? config : stringify(config))
  const made = await initFromHidebound(file, { output: space.path('out') })
  return { ...made, text: readFileSync(made.file, 'utf8') }
}

describe('a configuration of Hidebound', () => {
  it('becomes a project file that is valid', async () => {
    using space = new Workspace()
    const { text, file } = await converted(space, full(space.folder))
    expect(openProject(file, {}).config).toMatchObject({
      ingressDirectory: space.path('ingress'),
      stagingDirectory: space.path('hidebound'),
      exclude: [String.raw`/\.DS_Store/`],
      writeMode: 'copy',
      metadataTypes: ['asset', 'file', 'asset-chunk', 'file-chunk'],
      exporters: [
        { connection: 'hidebound-s3', prefix: 'hidebound', metadataTypes: ['asset', 'file'] },
        { connection: 'hidebound-disk', metadataTypes: ['asset', 'file', 'asset-chunk', 'file-chunk'] },
        { connection: 'hidebound-girder', metadataTypes: ['asset', 'file'] },
      ],
      threads: 4,
      redact: { regex: '(_key|_id|_token|url)$', hash: true },
    })
    const validate = new Ajv2020({ strict: false }).compile(configSchema())
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true)
  })

  it('leaves no secret behind, in the file, in what is said, or in a command', async () => {
    using space = new Workspace()
    const { text, notes, commands } = await converted(space, full(space.folder))
    expect(JSON.stringify([text, notes, commands])).not.toContain('s3cr3t')
    expect(text).toContain('Bearer ${WEBHOOK_1_HEADERS_AUTHORIZATION}')
    expect(text).toContain('${WEBHOOK_1_URL}')
    expect(text).toContain('${WEBHOOK_2_DATA_PASSWORD}')
  })

  it('gives the commands that make its connections', async () => {
    using space = new Workspace()
    const { commands } = await converted(space, full(space.folder))
    expect(commands.map(words => words.join(' '))).toEqual([
      'fairlead client add hidebound-s3 s3 --set bucket=prod-data --set region=eu-central-2',
      `fairlead client add hidebound-disk disk --set root=${space.path('archive')}`,
      'fairlead client add hidebound-girder girder --set url=http://localhost:8180 --set root=5f0c --set root-type=folder',
    ])
  })

  it('keeps what looks like a placeholder as the text that it was', async () => {
    using space = new Workspace()
    const { file } = await converted(space, full(space.folder))
    expect(openProject(file, {}).config.webhooks[1]).toMatchObject({
      method: 'post',
      json: { id: 123, text: 'costs \\${5} \\{{x}}' },
      timeout: 10,
    })
  })

  it('says of each key what is different and what is left out, in the file too', async () => {
    using space = new Workspace()
    const { notes, text } = await converted(space, { ...full(space.folder), pizza: 1 })
    const keys = notes.map(({ kind, key }) => `${kind} ${key}`)
    for (const key of [
      'changed dask',
      'left-out dask.num_partitions',
      'left-out pizza',
      'to-do specification_files',
      'changed webhooks',
      'to-do exporters[0]',
    ]) {
      expect(keys).toContain(key)
    }
    for (const { message } of notes) expect(text).toContain(message)
  })

  it('may be JSON with comments, trailing commas and single quotes', async () => {
    using space = new Workspace()
    const json = `{
\t// the "folders"
\t"ingress_directory":"/in/*no comment*/", /* and
\t   more */
\t'staging_directory': '/mnt/it\\'s "hidebound"',
\tworkflow:["update",],
\t"exclude_regex": "\\\\.tmp$", // "x
}`
    const { file } = await converted(space, json, 'config.json')
    expect(openProject(file, {}).config).toMatchObject({
      ingressDirectory: '/in/*no comment*',
      stagingDirectory: '/mnt/it\'s "hidebound"',
      workflow: ['update'],
      exclude: [String.raw`/\.tmp$/`],
    })
  })

  it.each([
    ['a: [', 'hidebound.yaml', ':1:'],
    ['- a', 'hidebound.yaml', 'not a map of keys'],
    ['{"a": }}', 'a.json', ':1:'],
  ])('that can not be read is told with its place: %j', async (text, name, message) => {
    using space = new Workspace()
    expect((await failureOf(converted(space, text, name))).message).toContain(message)
  })

  it('never overwrites', async () => {
    using space = new Workspace()
    space.write('out/fairlead.yaml', 'mine')
    expect((await failureOf(converted(space, full(space.folder)))).code).toBe('already-exists')
    expect(readFileSync(space.path('out/fairlead.yaml'), 'utf8')).toBe('mine')
  })

  it.each([
    [{ exporters: [{ bagel: 'lox' }] }, 'exporters[0]'],
    [{ exporters: [{ name: 's3', bucket: 'BadBucket', region: 'us-west-2' }] }, 'exporters[0].bucket'],
    [{ exporters: [{ name: 's3', bucket: 'foo..bar', region: 'us-west-2' }] }, 'exporters[0].bucket'],
    [{ exporters: [{ name: 's3', bucket: 'good', region: 'pizza' }] }, 'exporters[0].region'],
    [{ exporters: [{ name: 'disk', target_directory: 'bad/dir' }] }, 'exporters[0].target_directory'],
    [{ exporters: [{ name: 'girder', root_type: 'pizza' }] }, 'exporters[0].root_type'],
    [{ exporters: [{ name: 'girder', port: 65_536 }] }, 'exporters[0].port'],
    [{ exporters: [{ name: 'disk', target_directory: '/a', dask: {} }] }, 'exporters[0].dask'],
    [{ exporters: {} }, 'exporters'],
    [{ webhooks: [{ url: 'not-valid-url.com', method: 'get' }] }, 'webhooks[0].url'],
    [{ webhooks: [{ url: 'http://a.example', method: 'trace' }] }, 'webhooks[0]'],
    [{ webhooks: [{ url: 'http://a.example', method: 'get', json: {} }] }, 'webhooks[0].json'],
    [{ write_mode: 'shuffle' }, 'write_mode'],
    [{ workflow: ['foo', 'update', 'bar'] }, 'workflow'],
    [{ redact_regex: '(' }, 'redact_regex'],
    [{ include_regex: '(?x) a' }, 'include_regex'],
    [{ include_regex: '(a)\\1' }, 'include_regex'],
    [{ dask: { cluster_type: 'gateway', gateway_address: 'http://x' } }, 'dask.gateway_address'],
    [{ dask: { local_num_workers: 0 } }, 'dask.local_num_workers'],
  ])('with %j is converted without it, and says so', async (part, key) => {
    using space = new Workspace()
    const { notes, file } = await converted(space, { ingress_directory: '/in', staging_directory: '/hidebound', ...part })
    expect(notes.filter(({ kind }) => kind === 'left-out').map(note => note.key)).toContain(key)
    openProject(file, {})
  })

  it('takes digits for a bucket and any region, port and local host', async () => {
    using space = new Workspace()
    const exporters = [
      { name: 's3', bucket: '12345', region: 'me-central-1' },
      { name: 'girder', host: 'http://localhost', port: 80 },
      { name: 'disk', target_directory: '/with.dot/and space' },
    ]
    const { commands } = await converted(space, { ingress_directory: '/in', exporters })
    expect(commands).toHaveLength(3)
  })

  it('can not break out of the comments of the file', async () => {
    using space = new Workspace()
    const { file } = await converted(space, {
      ingress_directory: '/in',
      'x\nexporters: [{connection: evil}]': 1,
      exporters: [{ name: 'disk', target_directory: '/a\nworkflow: []' }],
    })
    expect(openProject(file, {}).config).toMatchObject({
      workflow: ['delete', 'update', 'create', 'export'],
      exporters: [{ connection: 'hidebound-disk' }],
    })
  })

  it('may be the variables of the environment', async () => {
    using space = new Workspace()
    const environment = {
      HIDEBOUND_INGRESS_DIRECTORY: '/in',
      HIDEBOUND_STAGING_DIRECTORY: '/mnt/hidebound',
      HIDEBOUND_WORKFLOW: '[update]',
      HIDEBOUND_REDACT_HASH: 'true',
      HIDEBOUND_DASK_LOCAL_NUM_WORKERS: '3',
      HIDEBOUND_EXCLUDE_REGEX: 'tmp',
    }
    const { file } = await initFromHideboundEnvironment(environment, { output: space.path('out') })
    expect(openProject(file, {}).config).toMatchObject({
      ingressDirectory: '/in',
      workflow: ['update'],
      threads: 3,
      exclude: ['/tmp/'],
      redact: { hash: true },
    })
  })
})

describe('an expression of Hidebound', () => {
  it.each([
    [String.raw`misc\.txt|vdb`, String.raw`/misc\.txt|vdb/`],
    ['/mnt/ingress/proj001', '/^proj001/'],
    [String.raw`^/mnt/ingress/proj001/.*\.png$`, String.raw`/^proj001/.*\.png$/`],
    [String.raw`\/mnt\/ingress\/a`, '/^a/'],
    ['/proj001/', '/(?:^|/)proj001//'],
    [String.raw`^.*\.png$`, String.raw`/^.*\.png$/`],
    ['(?i)png', '/png/i'],
    [String.raw`(?P<kind>a|b)\Z`, '/(?<kind>a|b)$/'],
    ['a|/mnt/ingress/b', '/a|^b/'],
  ])('%s becomes %s', (expression, pattern) => {
    expect(convertPattern(expression, '/mnt/ingress')).toMatchObject({ pattern })
  })

  it.each(['/mnt/ingress', '/mnt/ingress/.*', ''])('%j matches every file', expression => {
    expect(convertPattern(expression, '/mnt/ingress')).not.toHaveProperty('pattern')
  })

  it('that matched the ingress itself is told', () => {
    expect(convertPattern('mnt', '/mnt/ingress')).toMatchObject({
      pattern: '/mnt/',
      changes: [expect.stringContaining('the path of the ingress itself')],
    })
  })

  it('that is anchored elsewhere is told', () => {
    expect(convertPattern('^/srv/x', '/mnt/ingress')).toMatchObject({ problem: expect.stringContaining('anchored outside') })
  })

  it('knows an ingress with characters that mean something', () => {
    expect(convertPattern(String.raw`/t6\+c/in/a`, '/t6+c/in')).toMatchObject({ pattern: '/^a/' })
  })
})

it('comments within texts of JSON are text', () => {
  expect(parse(jsonAsYaml('{"a":"x // y","b":\'/* z */\'} // c'))).toEqual({ a: 'x // y', b: '/* z */' })
})

const specifications = `
from schematics.types import IntType, ListType, StringType
from hidebound.core.specification_base import SequenceSpecificationBase
import hidebound.core.traits as tr
import hidebound.core.validators as vd


class Spec001(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'coordinate', 'frame', 'extension']
    coordinate = ListType(ListType(IntType(), required=True), required=True)
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])
    extension = ListType(StringType(), required=True, validators=[lambda x: vd.is_eq(x, 'png')])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 5)])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 4)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


class Spec002(SequenceSpecificationBase):
    filename_fields = ['project', 'specification', 'descriptor', 'version', 'frame', 'extension']
    frame = ListType(IntType(), required=True, validators=[vd.is_frame])
    extension = ListType(StringType(), required=True, validators=[lambda x: vd.is_eq(x, 'jpg')])
    height = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 5)])
    width = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 4)])
    channels = ListType(IntType(), required=True, validators=[lambda x: vd.is_eq(x, 3)])
    file_traits = dict(width=tr.get_image_width, height=tr.get_image_height, channels=tr.get_num_image_channels)


SPECIFICATIONS = [Spec001, Spec002]
`

it('a converted configuration checks clean and runs on the tree of 27 files', async () => {
  using space = new Workspace()
  for (const [path, content] of Object.entries(mainTree())) space.write(`ingress/${path}`, content)
  space.write('specifications.py', specifications)
  const { file, created } = await converted(space, { ...full(space.folder), webhooks: [] })
  expect(created).toEqual(['specifications/specifications.yaml', 'fairlead.yaml'])
  const connections = ['hidebound-s3', 'hidebound-disk', 'hidebound-girder']
  expect(await checkProject(file, { environment: {}, connections })).toMatchObject({ problems: [], specifications: 2 })
  const project = openProject(file, {})
  expect(await update(project)).toMatchObject({ files: 27, assets: 5, valid: 3, invalid: 2 })
  await create(project)
  expect(tree(space.path('hidebound/content'))).toHaveLength(14)
})

it('modules of one name in two folders are both taken, and one that is broken is told', async () => {
  using space = new Workspace()
  const files = ['a/specs.py', 'b/specs.py', 'c/broken.py', 'd/none.py']
  for (const file of files.slice(0, 2)) space.write(file, specifications)
  space.write('c/broken.py', 'class (:\n')
  const { created, notes } = await converted(space, { ingress_directory: '/in', specification_files: files.map(file => space.path(file)) })
  expect(created).toEqual(['specifications/specs.yaml', 'specifications/specs-2.yaml', 'fairlead.yaml'])
  const left = notes.filter(({ key, kind }) => key === 'specification_files' && kind === 'to-do').map(({ message }) => message)
  expect(left).toEqual([expect.stringContaining('broken.py'), expect.stringContaining('none.py is not there')])
})
