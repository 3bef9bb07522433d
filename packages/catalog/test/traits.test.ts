import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { query, update } from '../src/index.ts'
import { allProblems, rowsOf, settle, Workspace } from './support/helpers.ts'

const bytesOf = (name: string) => readFileSync(fileURLToPath(new URL(`../../assets/test/files/${name}`, import.meta.url)))

const films = `ingress_directory: ingress
specifications:
  - { name: mov001, type: file, traits: [codec, frame_rate, width, duration, sha256], rules: { codec: { eq: h264 } } }
`

it('sound and film are read, also where the project asks for threads', async () => {
  using space = new Workspace()
  const film = bytesOf('h264-aac.mp4')
  space.ingress({ 'p-cat001_s-mov001_d-a_v001.mp4': film, 'p-cat001_s-mov001_d-b_v001.mp4': 'no film' })
  for (const threads of ['', 'engine: { threads: 2 }\n']) {
    const project = space.project(films + threads)
    process.env['FAIRLEAD_HOME'] = space.path(`home${threads.length}`)
    rmSync(project.catalogFolder, { recursive: true, force: true })
    await settle()
    expect(await update(project)).toMatchObject({ files: 2, valid: 1, invalid: 1, opened: 2 })
    expect(await rowsOf(query(project, "select codec, frame_rate, width, duration from data where descriptor = 'a'"))).toEqual([
      { codec: 'h264', frame_rate: 24, width: 32, duration: 0.5 },
    ])
    expect(allProblems(project)).toContainEqual(
      expect.objectContaining({
        rule: 'measure',
        field: 'codec',
        message: 'The codec cannot be measured: The file is not readable audio or video.',
      }),
    )
  }
})

const own = `import { defineSpecification, defineTrait } from '@fairlead/assets'
export default defineSpecification({
  name: 'txt001',
  type: 'file',
  traits: {
    words: defineTrait({
      type: 'integer',
      description: 'Words of the text.',
      async measure(file) {
        const bytes = file.reader.read(0, file.reader.size)
        await new Promise(resolve => setTimeout(resolve, 1))
        return new TextDecoder().decode(bytes).split(' ').length + 0 * file.reader.read(0, 1).length
      },
    }),
    answer: defineTrait({
      type: 'text',
      description: 'What a service says.',
      timeoutMs: 20,
      measure: file => (file.values.descriptor === 'a' ? new Promise(() => undefined) : file.values.descriptor),
    }),
  },
})
`

it('functions that give promises are waited for, each file open until then, and one that never ends is given up', async () => {
  using space = new Workspace()
  const project = space.project('ingress_directory: ingress\nspecification_files: [own.ts]\n')
  const letters = [...'abcdefghijklmnopqrstuvwxyz']
  space.write('project/own.ts', own)
  space.ingress(Object.fromEntries(letters.map((letter, index) => [`p-cat001_s-txt001_d-${letter}_v001.txt`, 'x '.repeat(index) + 'x'])))
  await settle()
  expect(await update(project)).toMatchObject({ files: 26, valid: 25, invalid: 1 })
  expect(await rowsOf(query(project, "select words, answer from data where descriptor <> 'a' order by descriptor"))).toEqual(
    letters.slice(1).map((letter, index) => ({ words: index + 2, answer: letter })),
  )
  expect(allProblems(project)).toMatchObject([
    { rule: 'measure', message: 'The answer cannot be measured: It returned no value within 0.02 s.' },
  ])
  // The one that may answer next time is asked again, no other.
  expect((await update(project)).opened).toBe(1)
})
