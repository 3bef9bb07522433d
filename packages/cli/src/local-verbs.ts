/** The commands that also run as `fairlead local …`, with the local store as their connection. */
export const localVerbs: readonly string[] = [
  'push',
  'pull',
  'search',
  'inspect',
  'verify',
  'tag',
  'share',
  'export',
  'remove',
  'ls',
  'cat',
]
