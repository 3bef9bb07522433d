import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { encodeJpeg } from './jpeg.ts'
import { exampleFrame } from './picture.ts'
import { encodePng } from './png.ts'

/** One thing that is wrong in the faulty example, and what mends it. Paths are relative to the project folder. */
export interface ExampleFault {
  readonly fault: 'wrong-capital' | 'missing-frame' | 'wrong-size'
  readonly path: string
}

const side = 64
const frames = 4

const specifications = {
  'specifications/spec001.yaml': `# Rendered frames on a grid: PNG, one coordinate, no frame missing.
name: spec001
type: sequence
filenameFields: [project, specification, descriptor, version, coordinate, frame, extension]
assetNameFields: [project, specification, descriptor, version]
traits: [width, height, channels]
rules:
  extension: { eq: png }
  width: { eq: ${side}, required: true }
  height: { eq: ${side}, required: true }
  channels: { eq: 3 }
  frame: { noMissingValues: true }
`,
  'specifications/spec002.yaml': `# Photographs of a scene: square JPEG, no frame missing.
name: spec002
type: sequence
filenameFields: [project, specification, descriptor, version, frame, extension]
assetNameFields: [project, specification, descriptor, version]
traits: [width, height, channels]
rules:
  extension: { eq: jpg }
  width: { eq: ${side}, required: true }
  height: { eq: ${side}, required: true }
  channels: { in: [1, 3] }
  frame: { noMissingValues: true }
`,
  'specifications/note001.yaml': `# A text about a scene: a single file.
name: note001
type: file
filenameFields: [project, specification, descriptor, version, extension]
rules:
  extension: { eq: txt }
`,
} as const

const faultyDescriptor = { 'wrong-capital': 'running-cat', 'missing-frame': 'tabby-playing', 'wrong-size': 'calico-jumping' } as const

interface ExampleSequence {
  readonly specification: 'spec001' | 'spec002'
  readonly descriptor: string
  readonly version: string
  readonly hue: readonly [number, number, number]
}

const sequences: readonly ExampleSequence[] = [
  { specification: 'spec001', descriptor: 'running-cat', version: 'v001', hue: [235, 158, 88] },
  { specification: 'spec002', descriptor: 'tabby-playing', version: 'v001', hue: [160, 209, 123] },
  { specification: 'spec002', descriptor: 'tabby-playing', version: 'v002', hue: [126, 196, 207] },
  { specification: 'spec002', descriptor: 'calico-jumping', version: 'v001', hue: [201, 143, 222] },
]

function framePath({ specification, descriptor, version }: ExampleSequence, frame: number): string {
  const asset = `p-cat001_s-${specification}_d-${descriptor}_${version}`
  const grid = specification === 'spec001' ? '_c0000-0005' : ''
  const extension = specification === 'spec001' ? 'png' : 'jpg'
  return `ingress/cat001/${specification}/${descriptor}/${asset}/${asset}${grid}_f${String(frame).padStart(4, '0')}.${extension}`
}

/** The content of one frame of the example; `size` in pixels. */
export function exampleImage(path: string, size: number = side): Uint8Array {
  const frame = Number(/_f(\d{4})\./.exec(path)?.[1] ?? 1)
  const hue = sequences.find(({ descriptor, version }) => path.includes(`d-${descriptor}_${version}`))?.hue ?? [235, 158, 88]
  const picture = exampleFrame(size, size, (frame - 1) / Math.max(1, frames - 1), hue)
  return path.endsWith('.png') ? encodePng(picture) : encodeJpeg(picture)
}

/** Whether a sequence bears a fault: the first of its descriptor. */
function hasFault({ descriptor, version }: ExampleSequence, fault: ExampleFault['fault']): boolean {
  return version === 'v001' && descriptor === faultyDescriptor[fault]
}

/**
 * Writes a small project's specifications and real frames below `folder`; nothing that exists is replaced. `faulty` puts
 * in a wrong capital, a missing frame and an image of the wrong size, and says where. `exampleImage` gives what mends the
 * last two.
 */
export function writeExample(
  folder: string,
  faulty: boolean,
): { readonly files: readonly string[]; readonly faults: readonly ExampleFault[] } {
  const files: string[] = []
  const faults: ExampleFault[] = []
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content, { flag: 'wx' })
    files.push(path)
  }
  for (const [path, text] of Object.entries(specifications)) write(path, text)
  write('ingress/cat001/note001/p-cat001_s-note001_d-cats-of-the-yard_v001.txt', 'Three cats, one yard.\n')
  for (const sequence of sequences) {
    for (let frame = 1; frame <= frames; frame++) {
      const path = framePath(sequence, frame)
      const isBad = faulty && frame === 2
      if (isBad && hasFault(sequence, 'wrong-capital')) {
        const wrong = path.replace(/d-running-cat(?=_v001_c)/, 'd-Running-Cat')
        write(wrong, exampleImage(path))
        faults.push({ fault: 'wrong-capital', path: wrong })
      } else if (isBad && hasFault(sequence, 'missing-frame')) faults.push({ fault: 'missing-frame', path })
      else if (isBad && hasFault(sequence, 'wrong-size')) {
        write(path, exampleImage(path, side / 2))
        faults.push({ fault: 'wrong-size', path })
      } else write(path, exampleImage(path))
    }
  }
  return { files, faults }
}
