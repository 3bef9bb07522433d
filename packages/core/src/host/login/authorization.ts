import type { TokenEndpointResponse } from 'oauth4webapi'
import type { OAuthLogin } from '../../contract/login.ts'
import type { Protocol } from './protocol.ts'

/** One authorization request with what only this process knows: its state, and the secret that the code is bound to (PKCE). */
export interface Authorization {
  readonly state: string
  /** The service's page; without a redirect address the service shows a code. */
  url(redirect?: URL): URL
  /** Tokens for the answer. Throws what the library throws where the answer is an error, and where the service refuses its code. */
  exchange(answer: URLSearchParams, redirect: URL | undefined, signal?: AbortSignal): Promise<TokenEndpointResponse>
}

/** An authorization request for these scopes (RFC 6749 §4.1 with RFC 7636, method S256). */
export async function createAuthorization(protocol: Protocol, login: OAuthLogin, scopes: readonly string[]): Promise<Authorization> {
  const { oauth, server, client, authentication } = protocol
  const verifier = oauth.generateRandomCodeVerifier()
  const challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const state = oauth.generateRandomState()
  return {
    state,
    url(redirect) {
      const url = new URL(server.authorization_endpoint ?? login.authorizationEndpoint)
      const parameters = {
        ...login.parameters,
        response_type: 'code',
        client_id: client.client_id,
        ...(redirect !== undefined && { redirect_uri: redirect.href }),
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
        code_challenge: challenge,
        code_challenge_method: 'S256',
        state,
      }
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      return url
    },
    async exchange(answer, redirect, signal) {
      const parameters = oauth.validateAuthResponse(server, client, answer, state)
      const options = protocol.options(signal)
      if (redirect !== undefined) {
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          redirect.href,
          verifier,
          options,
        )
        return oauth.processAuthorizationCodeResponse(server, client, response)
      }
      const form = { code: parameters.get('code') ?? '', code_verifier: verifier }
      const response = await oauth.genericTokenEndpointRequest(server, client, authentication, 'authorization_code', form, options)
      return oauth.processGenericTokenEndpointResponse(server, client, response)
    },
  }
}
