/** Stands for the slash that a name in Drive may hold and a part of a path may not. rclone writes it alike. */
const slash = '\uff0f'
/** Stands before what is meant as it is. */
const quote = '\u201b'

const slashesInName = new RegExp(`(${quote}*)([/${slash}])`, 'gu')
const slashesInSegment = new RegExp(`(${quote}*)${slash}`, 'gu')
const dotsInName = new RegExp(`^${quote}*(?:\\.{1,2})?$`, 'u')
const dotsInSegment = new RegExp(`^${quote}+(?:\\.{1,2})?$`, 'u')

/**
 * The part of a path that a name in Drive is. Names may be anything, also `a/b`, `..` and nothing at all; every one has a part
 * of its own, and {@link nameOf} gives it back.
 */
export function segmentOf(name: string): string {
  if (dotsInName.test(name)) return quote + name
  return name.replace(slashesInName, (_whole, quotes: string, one: string) => quotes + quotes + (one === '/' ? slash : quote + slash))
}

/** The name in Drive of a part of a path. */
export function nameOf(segment: string): string {
  if (dotsInSegment.test(segment)) return segment.slice(1)
  return segment.replace(slashesInSegment, (_whole, quotes: string) => {
    const kept = quote.repeat(Math.floor(quotes.length / 2))
    return kept + (quotes.length % 2 === 0 ? '/' : slash)
  })
}

/** A text in a query: https://developers.google.com/workspace/drive/api/guides/search-files */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, character => `\\${character}`)}'`
}

/** The folder of a path, and its last part. */
export function splitPath(path: string): { readonly folder: string; readonly segment: string } {
  const at = path.lastIndexOf('/')
  return { folder: path.slice(0, Math.max(0, at)), segment: path.slice(at + 1) }
}

/** The id in what a person gives for a folder: the id itself, or the address of its page. */
export function folderId(text: string): string | undefined {
  const inAddress = /^https:\/\/(?:[^/]+\.)?google\.com\/.*?(?:\/folders\/|[?&]id=)([A-Za-z0-9_-]+)/.exec(text)?.[1]
  return inAddress ?? (/^[A-Za-z0-9_-]+$/.test(text) ? text : undefined)
}
