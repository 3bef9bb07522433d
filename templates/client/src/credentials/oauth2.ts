import type { OAuthLogin, OptionsSpec } from '@fairlead/core'

/** The settings that say who asks. `fairlead client login` asks for them and keeps what it gets. */
export const credentials = {
  'client-id': { type: 'string', env: ['SHELF_CLIENT_ID'], help: 'The ID of your OAuth client.' },
  'client-secret': { type: 'secret', env: ['SHELF_CLIENT_SECRET'], help: 'The secret of your OAuth client.' },
  'refresh-token': { type: 'secret', env: ['SHELF_REFRESH_TOKEN'], help: 'The refresh token. Set by `fairlead client login`.' },
} as const satisfies OptionsSpec

/** Those of them that are one credential, taken together from one source: they say who uses the program, not which program it is. */
export const credentialNames: readonly string[] = ['refresh-token']

/** How `fairlead client login` logs in: the addresses are in the API documentation of the service. */
export const login: OAuthLogin = {
  kind: 'oauth2',
  authorizationEndpoint: 'https://shelf.example/oauth/authorize',
  tokenEndpoint: 'https://shelf.example/oauth/token',
  endpointSetting: 'url',
  settings: { clientId: 'client-id', clientSecret: 'client-secret', refreshToken: 'refresh-token' },
  access: { full: ['files'] },
  defaultAccess: 'full',
  redirect: {},
  guide: [
    'Open the developer page of the service and create an OAuth client for a desktop app.',
    'Enter {redirect} as its redirect URL.',
    'Copy its ID and secret.',
  ],
}
