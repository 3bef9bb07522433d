/** The customary short names of formats that MediaInfoLib calls otherwise. */
const names: ReadonlyMap<string, string> = new Map([
  ['AVC', 'h264'],
  ['VVC', 'h266'],
  ['JPEG', 'mjpeg'],
  ['MPEG-4 Visual', 'mpeg4'],
  ['VC-3', 'dnxhd'],
  ['AC-3', 'ac3'],
  ['E-AC-3', 'eac3'],
  ['JPEG 2000', 'jpeg2000'],
])

/** The name of a codec: lower case, as ffmpeg and others call it, from the format, its version and its profile. */
export function codecOf(format: string, version: string, profile: string): string | undefined {
  if (format === '') return undefined
  const layer = /Layer ([123])/.exec(profile)?.[1]
  if (format === 'MPEG Audio' && layer !== undefined) return `mp${layer}`
  if (format === 'MPEG Video') return version.includes('1') ? 'mpeg1video' : 'mpeg2video'
  return names.get(format) ?? format.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
