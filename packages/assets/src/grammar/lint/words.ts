/** Words that say nothing about what an asset shows; `final2` and `copy1` count as well. */
export const junkWords: readonly string[] = [
  'asdf', 'backup', 'backups', 'bak', 'copy', 'copies', 'copyof', 'current', 'default', 'delete', 'draft', 'dummy', 'duplicate',
  'edit', 'edited', 'final', 'finals', 'finished', 'fix', 'fixed', 'foo', 'foobar', 'junk', 'last', 'latest', 'misc', 'modified',
  'new', 'newer', 'newest', 'noname', 'old', 'older', 'oldest', 'original', 'qwerty', 'revised', 'sample', 'stuff', 'temp',
  'temporary', 'test', 'testing', 'tests', 'tmp', 'todo', 'unnamed', 'untitled', 'unused', 'updated', 'wip', 'xxx',
] // prettier-ignore

/** Extensions that a descriptor must not name; what else a name's own extension is, counts too. */
export const extensionWords: ReadonlySet<string> = new Set([
  'abc', 'avi', 'bmp', 'csv', 'docx', 'dpx', 'exr', 'fbx', 'flac', 'gif', 'gltf', 'heic', 'jpeg', 'jpg', 'json', 'mkv', 'mov', 'mp3',
  'mp4', 'parquet', 'pdf', 'png', 'psd', 'svg', 'tif', 'tiff', 'txt', 'usd', 'usdz', 'vdb', 'wav', 'webm', 'webp', 'xlsx', 'xml',
  'yaml', 'yml', 'zip',
]) // prettier-ignore

const versionWord = /^(?:v|ver|vers|version|rev|revision)[0-9]{1,4}$/
/** The word stands alone, its number perhaps in the next one: `version-2`. */
const bareVersionWord = /^(?:ver|vers|version|rev|revision)$/

/** Whether a word says which version this is. */
export function isVersionWord(word: string): boolean {
  return versionWord.test(word) || bareVersionWord.test(word)
}

function isDay(month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

/** How many words from `index` on write a date: `20240131`, `2024-01-31`, `31-01-2024`, or a year alone; 0 for none. */
export function dateWords(words: readonly string[], index: number): number {
  const word = words[index] ?? ''
  const [second, third] = [words[index + 1] ?? '', words[index + 2] ?? '']
  const isYear = (text: string) => /^(?:19[5-9]|20[0-9])[0-9]$/.test(text)
  const isShort = (text: string) => /^[0-9]{1,2}$/.test(text)
  if (isYear(word) && isShort(second) && isShort(third) && isDay(Number(second), Number(third))) return 3
  if (isShort(word) && isShort(second) && isYear(third) && (isDay(Number(second), Number(word)) || isDay(Number(word), Number(second)))) {
    return 3
  }
  if (isYear(word)) return 1
  if (/^[0-9]{8}$/.test(word) && isYear(word.slice(0, 4)) && isDay(Number(word.slice(4, 6)), Number(word.slice(6)))) return 1
  return 0
}
