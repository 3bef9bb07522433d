/** What each access of a login lets in, for people. */
export const accessText = {
  app: 'only what Fairlead created',
  read: 'read everything',
  full: 'read and change everything',
} as const
