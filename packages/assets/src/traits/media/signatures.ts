import type { HeaderWindow } from '../reader.ts'
import { isHeif } from '../image/heif.ts'

/** How files of sound and film begin: where, and with which characters. */
const signatures: readonly (readonly [offset: number, text: string])[] = [
  [4, 'ftyp'],
  [4, 'moov'],
  [4, 'mdat'],
  [4, 'wide'],
  [0, '\x1aE\xdf\xa3'],
  [8, 'WAVE'],
  [8, 'AVI '],
  [8, 'AIFF'],
  [8, 'AIFC'],
  [0, 'fLaC'],
  [0, 'OggS'],
  [0, 'ID3'],
  [0, 'FLV'],
  [0, 'caff'],
  [0, 'wvpk'],
  [0, 'MAC '],
  [0, 'DSD '],
  [0, '#!AMR'],
  [0, '.snd'],
  [0, '0&\xb2u'],
  [0, '\x06\x0e+4'],
  [0, '\0\0\x01\xba'],
  [0, '\0\0\x01\xb3'],
  [0, '\x0bw'],
]

const bytesOf = ([offset, text]: readonly [number, string]) => [offset, [...text].map(one => one.charCodeAt(0))] as const
const known = signatures.map(bytesOf)
const transportSync = 0x47
const transportPacket = 188

/** Whether a file begins like sound or film; HEIF images have the boxes of films. */
export function isMedia(window: HeaderWindow): boolean {
  if (known.some(([offset, bytes]) => window.startsWith(offset, bytes))) return !isHeif(window)
  if (window.size < 4) return false
  // A frame of MPEG audio or of AAC in ADTS: 11 bits of 1.
  if (window.uint8(0) === 0xff && window.uint8(1) >= 0xe0 && window.uint8(1) !== 0xff && window.uint8(1) !== 0xfe) return true
  return window.uint8(0) === transportSync && window.startsWith(transportPacket, [transportSync])
}
