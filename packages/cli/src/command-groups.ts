/** Commands and topics as the help lists them: in the order in which somebody meets them. */
export const commandGroups: ReadonlyArray<readonly [title: string, words: readonly string[]]> = [
  ['A PROJECT, STEP BY STEP', ['init', 'update', 'query', 'report', 'create', 'export', 'delete', 'workflow']],
  ['NAMES AND SPECIFICATIONS', ['name', 'spec', 'metadata', 'reference']],
  ['ASSETS ON STORES', ['push', 'pull', 'search', 'ls', 'cat', 'inspect', 'verify', 'tag', 'share', 'remove', 'status']],
  ['FILES AND OBJECTS', ['copy', 'sync']],
  ['CONNECTIONS AND SETTINGS', ['client', 'plugins', 'config', 'paths', 'doctor']],
  ['TERMINAL', ['shell', 'completion']],
]
