import type { DropboxAccount } from './account.ts'
import type { Routes } from './call.ts'
import type { Json } from './refusal.ts'

/** Where the namespaces of an account begin. */
export function rootInfo({ rootNamespace, homeNamespace }: DropboxAccount): Json {
  return rootNamespace === homeNamespace
    ? { '.tag': 'user', root_namespace_id: rootNamespace, home_namespace_id: homeNamespace }
    : { '.tag': 'team', root_namespace_id: rootNamespace, home_namespace_id: homeNamespace, home_path: '/Ann' }
}

/** Who the account is, and the end of its login. */
export const accountRoutes: Routes = {
  'auth/token/revoke': {
    style: 'rpc',
    scope: undefined,
    run({ account, token }) {
      account.revoke(token)
      return { result: null }
    },
  },
  'users/get_current_account': {
    style: 'rpc',
    scope: 'account_info.read',
    run: ({ account }) => ({
      result: {
        account_id: account.accountId,
        name: {
          given_name: 'Ann',
          surname: 'Example',
          familiar_name: 'Ann',
          display_name: 'Ann Example',
          abbreviated_name: 'AE',
        },
        email: account.email,
        email_verified: true,
        disabled: false,
        country: 'US',
        locale: 'en',
        referral_link: 'https://www.dropbox.com/referrals/AAA?src=app9-1',
        is_paired: false,
        account_type: { '.tag': account.rootNamespace === account.homeNamespace ? 'pro' : 'business' },
        root_info: rootInfo(account),
      },
    }),
  },
  'users/get_space_usage': {
    style: 'rpc',
    scope: 'account_info.read',
    run: ({ account }) => ({ result: { used: account.used(), allocation: { '.tag': 'individual', allocated: account.quota } } }),
  },
}
