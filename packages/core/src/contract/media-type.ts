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

/** Types by extension, of what data assets are made of; those that IANA does not list have their customary `x-` names. */
const byExtension: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'application/dicom': 'dcm',
    'application/gzip': 'gz tgz',
    'application/json': 'json',
    'application/octet-stream': 'bin dat',
    'application/pdf': 'pdf',
    'application/vnd.apache.parquet': 'parquet',
    'application/vnd.sqlite3': 'sqlite sqlite3 db',
    'application/vnd.sylabs.sif.layer.v1.sif': 'sif',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/x-npy': 'npy',
    'application/x-npz': 'npz',
    'text/x-python': 'py',
    'application/wasm': 'wasm',
    'application/x-7z-compressed': '7z',
    'application/x-bzip2': 'bz2',
    'application/x-hdf5': 'h5 hdf5',
    'application/x-netcdf': 'nc',
    'application/x-tar': 'tar',
    'application/x-vdb': 'vdb',
    'application/x-xz': 'xz',
    'application/xml': 'xml',
    'application/yaml': 'yaml yml',
    'application/zip': 'zip',
    'application/zstd': 'zst',
    'audio/flac': 'flac',
    'audio/mpeg': 'mp3',
    'audio/ogg': 'ogg oga',
    'audio/wav': 'wav',
    'image/avif': 'avif',
    'image/bmp': 'bmp',
    'image/gif': 'gif',
    'image/heic': 'heic',
    'image/jpeg': 'jpg jpeg jpe jfif',
    'image/jp2': 'jp2',
    'image/jxl': 'jxl',
    'image/png': 'png',
    'image/svg+xml': 'svg',
    'image/tiff': 'tif tiff',
    'image/vnd.adobe.photoshop': 'psd',
    'image/vnd.radiance': 'hdr',
    'image/webp': 'webp',
    'image/x-dpx': 'dpx',
    'image/x-exr': 'exr',
    'model/gltf+json': 'gltf',
    'model/gltf-binary': 'glb',
    'model/mtl': 'mtl',
    'model/obj': 'obj',
    'model/stl': 'stl',
    'model/vnd.usda': 'usda',
    'model/vnd.usdz+zip': 'usdz',
    'text/css': 'css',
    'text/csv': 'csv',
    'text/html': 'html htm',
    'text/javascript': 'js mjs',
    'text/markdown': 'md',
    'text/plain': 'txt log',
    'text/tab-separated-values': 'tsv',
    'video/mp4': 'mp4 m4v',
    'video/quicktime': 'mov',
    'video/webm': 'webm',
    'video/x-matroska': 'mkv',
  }).flatMap(([type, extensions]) => extensions.split(' ').map(extension => [extension, type] as const)),
)

/** The media type of what nothing is known of. */
export const unknownMediaType = 'application/octet-stream'

/** Containers whose extension says more than their magic: an .xlsx is a ZIP. */
const containers: ReadonlySet<string> = new Set(['application/zip', 'application/gzip'])

/** How many bytes of a file's beginning {@link mediaTypeOf} looks at. */
export const magicBytes = 64

/** The media type that a name's extension says, whatever its case; undefined when it says none. What manifests record. */
export function mediaTypeByName(name: string): string | undefined {
  const dot = name.lastIndexOf('.')
  return dot <= name.lastIndexOf('/') + 1 ? undefined : byExtension.get(name.slice(dot + 1).toLowerCase())
}

/** A file's media type by its first bytes, else by its name's extension, else {@link unknownMediaType}. */
export function mediaTypeOf(name: string, head: Uint8Array = new Uint8Array(0)): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, magicBytes)).toString('latin1')
  const byMagic = magics.find(([offset, magic]) => text.startsWith(magic, offset))?.[2]
  const byName = mediaTypeByName(name)
  if (byMagic !== undefined && !(containers.has(byMagic) && byName !== undefined)) return byMagic
  return byName ?? unknownMediaType
}
