import { mkdirSync, writeFileSync } from 'node:fs'
import { encodePng, plainPicture } from '@fairlead/catalog'

export const framesPerAsset = 50

const rules = (traits: boolean) =>
  traits
    ? 'traits: [width, height, channels]\n    rules: { extension: { eq: png }, width: { eq: 16 }, height: { eq: 9 }, channels: { eq: 3 }, frame: { noMissingValues: true } }'
    : 'rules: { extension: { eq: png }, frame: { noMissingValues: true } }'

/** Makes a folder a project that checks frames by their names, or by their size too. */
export function writeProject(folder: string, ingress: string, traits: boolean): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}/fairlead.yaml`,
    `ingress_directory: ${ingress}
specifications:
  spec001:
    type: sequence
    filenameFields: [project, specification, descriptor, version, frame, extension]
    assetNameFields: [project, specification, descriptor, version]
    ${rules(traits)}
`,
  )
}

/** Where an asset lies, relative to the ingress. */
export function assetFolder(asset: number): string {
  const project = `cat${String(asset % 20).padStart(3, '0')}`
  return `${project}/p-${project}_s-spec001_d-running-cat-${asset}_v001`
}

/** Writes assets of 50 frames or of so many, each a whole PNG file. */
export function writeFrames(ingress: string, assets: number, frames = framesPerAsset): void {
  const image = encodePng(plainPicture(16, 9, [0, 64, 128]))
  for (let asset = 0; asset < assets; asset++) {
    const folder = `${ingress}/${assetFolder(asset)}`
    const name = folder.slice(folder.lastIndexOf('/') + 1)
    mkdirSync(folder, { recursive: true })
    for (let frame = 1; frame <= frames; frame++) writeFileSync(`${folder}/${name}_f${String(frame).padStart(4, '0')}.png`, image)
  }
}
