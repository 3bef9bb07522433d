import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FairleadError } from '@fairlead/core'
import { configSchema, findProject, initProject, loadSpecifications, openProject } from '../src/index.ts'
import { failureOf, Workspace } from './support/helpers.ts'

/** What a plain process loads, without the transforms of the test runner. */
function namesLoadedBy(folder: string): string {
  const script = `
    import { loadSpecifications, openProject } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    console.log((await loadSpecifications(openProject(process.argv[1]))).map(({ name }) => name).join(' '))`
  const flags = ['--conditions=@fairlead/source', '--no-warnings', '--input-type=module-typescript', '-e', script]
  return execFileSync(process.execPath, [...flags, folder], { encoding: 'utf8' }).trim()
}

function refusal(space: Workspace, config: string): FairleadError {
  try {
    space.project(config)
  } catch (thrown) {
    if (FairleadError.is(thrown, 'config-invalid')) return thrown
    throw thrown
  }
  return expect.fail('the file was accepted')
}

describe('a project file', () => {
  it('may be empty: then the folder itself is scanned', () => {
    using space = new Workspace()
    const { config } = space.project('')
    expect(config).toMatchObject({
      ingressDirectory: space.path('project'),
      stagingDirectory: space.path('project/.fairlead/staging'),
      writeMode: 'copy',
    })
    expect(config.workflow).toEqual(['delete', 'update', 'create', 'export'])
  })

  it('is refused in an instant where aliases of aliases grow without end, in a body of a webhook too', () => {
    using space = new Workspace()
    const levels = Array.from({ length: 12 }, (_, level) => `    a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]\n`)
    const text = `webhooks:\n- url: http://localhost\n  json:\n    a0: &a0 [x, x]\n${levels.join('')}`
    expect(refusal(space, text).message).toContain('Excessive alias count')
  })

  it('is refused where a body of a webhook holds itself', () => {
    using space = new Workspace()
    const text = 'webhooks:\n- url: http://localhost\n  json: &all\n    again: *all\n'
    expect(refusal(space, text).message).toMatch(/:4:12: webhooks\[0\]\.json\.again contains itself$/)
  })

  it('is repeated in messages only in short pieces, since another file may have been named by mistake', () => {
    using space = new Workspace()
    const { message } = refusal(space, `${'no secret '.repeat(20)}the secret`)
    expect(message).toContain('must be a map of keys, not "no secret')
    expect(message).not.toContain('the secret')
  })

  it('is refused unread where it is far too big', () => {
    using space = new Workspace()
    truncateSync(space.write('project/fairlead.yaml', ''), 2 ** 33)
    expect(() => openProject(space.path('project'))).toThrow(/fairlead\.yaml has more than 16 MiB$/)
  })

  it('is told from two in one file', () => {
    using space = new Workspace()
    expect(refusal(space, 'include: []\n---\ninclude: []\n').message).toMatch(
      /:2:1: a second document starts here \(---\), but only one is read$/,
    )
  })

  it('names no folder with a NUL character', () => {
    using space = new Workspace()
    expect(refusal(space, String.raw`ingress_directory: "\0"`).message).toMatch(
      /:1:20: ingress_directory is "\\u0000": it contains a NUL character$/,
    )
  })

  it('may hold numbers that are none, and is told which', () => {
    using space = new Workspace()
    expect(refusal(space, 'engine: { threads: .nan }').message).toMatch(/not NaN$/)
  })

  it.each(['constructor', '__proto__', 'toString'])('knows no key of the name %s', name => {
    using space = new Workspace()
    expect(refusal(space, `${name}: 1\n`).message).toContain(`unknown key "${name}"`)
  })

  it('is refused when its aliases would grow without end', () => {
    using space = new Workspace()
    const levels = Array.from({ length: 12 }, (_, level) => {
      const of = level === 0 ? 'x' : `*a${level - 1}`
      return `  a${level}: &a${level} [${Array.from({ length: 9 }, () => of).join(', ')}]`
    })
    expect(refusal(space, `specifications:\n${levels.join('\n')}\n`).message).toContain('Excessive alias count')
  })

  it('is refused in words when it is nested too deeply', () => {
    using space = new Workspace()
    const deep = `specifications: ${'['.repeat(30_000)}${']'.repeat(30_000)}`
    expect(refusal(space, deep).message).toMatch(/fairlead\.yaml:1:1: the file is nested too deeply$/)
  })

  it.each([
    ['ingress_directory: ingress\nwrite_mod: copy\n', ':2:1: unknown key "write_mod"; did you mean "write_mode"?'],
    ['Workflow: []\n', ':1:1: unknown key "Workflow"; did you mean "workflow"?'],
    ['write_mode: shuffle\n', ':1:13: write_mode must be one of copy, move, link, not "shuffle"'],
    [
      'workflow: [update, creat]\n',
      ':1:20: workflow[1] must be one of delete, update, create, export, not "creat"; did you mean "create"?',
    ],
    ['include: png\n', ':1:10: include must be a list, not "png"'],
    ['exclude:\n  - ""\n', ':2:5: exclude[0] is "": an empty pattern'],
    ['exclude: ["/(/"]\n', ':1:11: exclude[0] is "/(/": Invalid regular expression'],
    ['engine: { threads: many }\n', ':1:20: threads must be a whole number from 0 to 256, not "many"'],
    ['exporters:\n  - conection: local\n', ':2:5: unknown key "conection"; did you mean "connection"?'],
    ['exporters:\n  - {}\n', ':2:5: exporters[0] needs the key "connection"'],
    ['ingress_directory:\n', 'ingress_directory must be a text, not empty'],
    ['- a\n', ':1:1: the file must be a map of keys, not a list'],
    ['ingress_directory: a\ningress_directory: b\n', ':2:1: Map keys must be unique'],
    ['a: [\n', ':2:1: '],
  ])('is refused with line and column: %j', (config, message) => {
    using space = new Workspace()
    expect(refusal(space, config).message).toContain(message)
  })

  it('is refused with all that is wrong with it at once', () => {
    using space = new Workspace()
    expect(refusal(space, 'foo: 1\nwrite_mode: x\nworkflow: 3\n').message.split('\n')).toHaveLength(3)
  })

  it('may not put the ingress into staging', () => {
    using space = new Workspace()
    expect(refusal(space, 'ingress_directory: a/b\nstaging_directory: a\n').message).toContain('is inside the staging folder')
  })

  it('is found from a folder below', () => {
    using space = new Workspace()
    space.project('')
    expect(findProject(space.path('project/ingress')).folder).toBe(space.path('project'))
  })

  it('that is a pipe or a device is refused and never waited for', async () => {
    using space = new Workspace()
    execFileSync('mkfifo', [space.path('fairlead.yaml')])
    for (const path of [space.folder, '/dev/null']) {
      const error = await failureOf(Promise.resolve().then(() => openProject(path)))
      expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining('is not a regular file') })
    }
  })

  it('that is missing is not-found and says what to run', async () => {
    using space = new Workspace()
    const error = await failureOf(Promise.resolve().then(() => openProject(space.folder)))
    expect(error).toMatchObject({ code: 'not-found', hint: 'Create one: fairlead init' })
  })
})

describe('specifications', () => {
  it('come from the project file, from YAML and from TypeScript, sorted by name', () => {
    using space = new Workspace()
    space.write('project/specifications/b.yaml', 'name: bbb002\ntype: file\n')
    space.write(
      'project/specifications/c.ts',
      `import { defineSpecification } from '@fairlead/assets'
       const name: string = 'ccc003'
       export const specifications = [defineSpecification({ name, type: 'file' })]`,
    )
    const project = space.project('specification_files: [specifications]\nspecifications:\n  aaa001: { type: file }\n')
    expect(namesLoadedBy(project.folder)).toBe('aaa001 bbb002 ccc003')
  })

  it('are loaded anew when their module was edited', async () => {
    using space = new Workspace()
    const module = (name: string) =>
      `import { defineSpecification } from '@fairlead/assets'\nexport default defineSpecification({ name: '${name}', type: 'file' })`
    space.write('project/spec.ts', module('aaa001'))
    const project = space.project('specification_files: [spec.ts]\n')
    await loadSpecifications(project)
    space.write('project/spec.ts', module('bbb002'))
    expect((await loadSpecifications(project)).map(({ name }) => name)).toEqual(['bbb002'])
  })

  it.each([
    ['a: 1\nname: aaa001\ntype: file\n', 'specs/a.yaml:1:'],
    ['name: aaa001\ntype: files\n', 'specs/a.yaml:2:7'],
  ])('that are wrong name file, line and column: %j', async (text, place) => {
    using space = new Workspace()
    space.write('project/specs/a.yaml', text)
    const error = await failureOf(loadSpecifications(space.project('specification_files: [specs]\n')))
    expect(error.code).toBe('config-invalid')
    expect(error.message).toContain(place)
  })

  it('of one name in two files are refused with both files', async () => {
    using space = new Workspace()
    for (const file of ['a', 'b']) space.write(`project/${file}.yaml`, 'name: aaa001\ntype: file\n')
    const error = await failureOf(loadSpecifications(space.project('specification_files: [a.yaml, b.yaml]\n')))
    expect(error.message).toMatch(/aaa001 is defined in .*a\.yaml and in .*b\.yaml/)
  })

  it.each(['pipe.yaml', 'pipe.ts'])('in a pipe, %s, are refused and never waited for', async name => {
    using space = new Workspace()
    const project = space.project('specification_files: [specifications]\n')
    space.write('project/specifications/a.yaml', 'name: aaa001\ntype: file\n')
    execFileSync('mkfifo', [space.path('project/specifications', name)])
    const error = await failureOf(loadSpecifications(project))
    expect(error).toMatchObject({ code: 'config-invalid', message: expect.stringContaining(`${name} is not a regular file`) })
  })

  it('in a module that throws are config-invalid with its reason', async () => {
    using space = new Workspace()
    space.write('project/a.ts', `throw new Error('out of order')`)
    expect((await failureOf(loadSpecifications(space.project('specification_files: [a.ts]\n')))).message).toContain('out of order')
  })
})

describe('init', () => {
  it('writes a project file that says what is the default anyway', () => {
    using space = new Workspace()
    initProject(space.path('a'))
    const { config } = openProject(space.path('a'))
    using other = new Workspace()
    const { config: plain } = other.project('')
    expect({ ...config, exporters: [], ingressDirectory: '', stagingDirectory: '' }).toEqual({
      ...plain,
      ingressDirectory: '',
      stagingDirectory: '',
    })
  })

  it('tells editors where the schema is, without any network', () => {
    using space = new Workspace()
    const { file } = initProject(space.path('a'))
    const [, path = ''] = /^# yaml-language-server: \$schema=(.*)\n/.exec(readFileSync(file, 'utf8')) ?? []
    expect(JSON.parse(readFileSync(join(dirname(file), path), 'utf8'))).toEqual(configSchema())
  })

  it('counts the files whose names are legal already', () => {
    using space = new Workspace()
    for (const name of [
      'p-cat001_s-spec001_d-a_v001.txt',
      'p-cat001_s-spec001_d-a_v001_f0001.png',
      'p-cat001_s-spec001_d-final_v001.txt',
      'IMG 001.JPG',
    ])
      space.write(`a/${name}`)
    expect(initProject(space.path('a')).names).toEqual({ files: 4, legal: 2 })
  })

  it('never overwrites', () => {
    using space = new Workspace()
    space.write('a/fairlead.yaml', 'mine')
    expect(() => initProject(space.path('a'))).toThrow('already exists')
    expect(readFileSync(space.path('a/fairlead.yaml'), 'utf8')).toBe('mine')
  })

  it.runIf(process.platform === 'linux')('says when its folder can not be made, and does not try for ever', () => {
    expect(() => initProject('/proc/fairlead-project')).toThrow("the folder /proc/fairlead-project can't be created")
  })
})
