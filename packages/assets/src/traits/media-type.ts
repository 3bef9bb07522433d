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

interface Magic {
  readonly type: string
  readonly offset: number
  readonly bytes: readonly number[]
}

function magic(type: string, bytes: string, offset = 0): Magic {
  return { type, offset, bytes: [...bytes].map(character => character.charCodeAt(0)) }
}

/** First bytes by which a file is told. */
const magics: readonly Magic[] = [
  magic('image/png', '\x89PNG\r\n\x1a\n'),
  magic('image/jpeg', '\xff\xd8\xff'),
  magic('image/tiff', 'II*\0'),
  magic('image/tiff', 'MM\0*'),
  magic('image/tiff', 'II+\0'),
  magic('image/tiff', 'MM\0+'),
  magic('image/gif', 'GIF8'),
  magic('image/webp', 'WEBP', 8),
  magic('image/x-exr', '\x76\x2f\x31\x01'),
  magic('image/bmp', 'BM'),
  magic('application/pdf', '%PDF-'),
  magic('application/zip', 'PK\x03\x04'),
  magic('application/gzip', '\x1f\x8b'),
  magic('application/zstd', '\x28\xb5\x2f\xfd'),
  magic('application/x-hdf5', '\x89HDF\r\n\x1a\n'),
  magic('application/vnd.sqlite3', 'SQLite format 3\0'),
  magic('application/vnd.apache.parquet', 'PAR1'),
  magic('application/vnd.sylabs.sif.layer.v1.sif', 'SIF_MAGIC', 32),
  magic('video/mp4', 'ftyp', 4),
]

function byMagic(head: Uint8Array): string | undefined {
  return magics.find(({ offset, bytes }) => bytes.every((byte, index) => head[offset + index] === byte))?.type
}

/**
 * The media type of a file: by the extension of its name, else by its first bytes (`head`, 64 are enough). An image is
 * believed by its bytes, since those decide how it is shown. `application/octet-stream` where neither tells.
 */
export function mediaTypeOf(name: string, head?: Uint8Array): string {
  const dot = name.lastIndexOf('.')
  const named = dot < 0 ? undefined : byExtension.get(name.slice(dot + 1).toLowerCase())
  const seen = head === undefined ? undefined : byMagic(head)
  if (seen?.startsWith('image/') === true && seen !== 'image/bmp' && (named === undefined || named.startsWith('image/'))) return seen
  return named ?? seen ?? 'application/octet-stream'
}
