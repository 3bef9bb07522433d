/** What is left out when fairlead.yaml names no `exclude`: what version control and desktops leave lying about. */
export const defaultExclude: readonly string[] = ['**/.git', '**/.DS_Store', '**/Thumbs.db', '**/desktop.ini']

/** Which keys hide their values where the configuration is shown, when fairlead.yaml does not say. */
export const defaultRedactRegex =
  '(_key|-key|_id|_token|token|url|passw(or)?d|passphrase|secret|credentials?|authorization|cookie|signature)$'
