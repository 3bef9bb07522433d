/** What the first bytes of a file say. Offsets count from 0; a string is compared as Latin-1. */
const magics: ReadonlyArray<readonly [offset: number, magic: string, mediaType: string]> = [
  [0, '\u0089PNG\r\n\u001a\n', 'image/png'],
  [0, '\u00ff\u00d8\u00ff', 'image/jpeg'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, 'II+\0', 'image/tiff'],
  [0, 'MM\0+', 'image/tiff'],
  [0, 'GIF8', 'image/gif'],
  [0, 'v/1\u0001', 'image/x-exr'],
  [8, 'WEBP', 'image/webp'],
  [8, 'WAVE', 'audio/wav'],
  [4, 'ftypqt', 'video/quicktime'],
  [4, 'ftyp', 'video/mp4'],
  [0, '\u001aE\u00df\u00a3', 'video/x-matroska'],
  [0, '%PDF-', 'application/pdf'],
  [32, 'SIF_MAGIC\0', 'application/vnd.sylabs.sif.layer.v1.sif'],
  [0, 'hsqs', 'application/vnd.squashfs'],
  [0, 'SQLite format 3\0', 'application/vnd.sqlite3'],
  [0, '\u0089HDF\r\n\u001a\n', 'application/x-hdf5'],
  [0, 'PAR1', 'application/vnd.apache.parquet'],
  [0, '\u001f\u008b', 'application/gzip'],
  [0, '(\u00b5/\u00fd', 'application/zstd'],
  [0, '\u00fd7zXZ\0', 'application/x-xz'],
  [0, 'PK\u0003\u0004', 'application/zip'],
]

const extensions: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  css: 'text/css',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  exr: 'image/x-exr',
  gif: 'image/gif',
  gltf: 'model/gltf+json',
  glb: 'model/gltf-binary',
  gz: 'application/gzip',
  h5: 'application/x-hdf5',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  npy: 'application/x-npy',
  npz: 'application/x-npz',
  obj: 'model/obj',
  parquet: 'application/vnd.apache.parquet',
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  py: 'text/x-python',
  sif: 'application/vnd.sylabs.sif.layer.v1.sif',
  stl: 'model/stl',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  usdz: 'model/vnd.usdz+zip',
  wav: 'audio/wav',
  webp: 'image/webp',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  zip: 'application/zip',
}

/** Containers whose extension says more than their magic: an .xlsx is a ZIP. */
const containers: ReadonlySet<string> = new Set(['application/zip', 'application/gzip'])

/** How many bytes of a file's beginning {@link mediaTypeOf} looks at. */
export const magicBytes = 64

/** A file's media type by its first bytes, else by its name's extension, else `application/octet-stream`. */
export function mediaTypeOf(name: string, head: Uint8Array = new Uint8Array(0)): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, magicBytes)).toString('latin1')
  const byMagic = magics.find(([offset, magic]) => text.startsWith(magic, offset))?.[2]
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase()
  const byName = extension !== undefined && Object.hasOwn(extensions, extension) ? extensions[extension] : undefined
  if (byMagic !== undefined && !(containers.has(byMagic) && byName !== undefined)) return byMagic
  return byName ?? 'application/octet-stream'
}
