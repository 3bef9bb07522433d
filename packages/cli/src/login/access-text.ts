/** What each access of a login lets in, for people. */
export const accessText = {
  app: 'only what Fairlead itself made',
  read: 'everything, to be read',
  full: 'everything, to be read and changed',
} as const
