import type { ErrorCode } from '../../contract/errors.ts'

/** What to do when nobody knows the credentials any more. `secret` is the setting that most likely is wrong; `login`: there is a login for it. */
export function loginStep(connection: string, secret: string | undefined, login: boolean): string {
  if (login) return `Log in again with \`fairlead client login ${connection}\`.`
  const store = `fairlead client set ${connection}${secret === undefined ? ' SETTING' : ` ${secret}`}`
  return `Store its credentials again with \`${store}\`, or log in at a terminal with \`fairlead client check ${connection}\`.`
}

/** What to do about a failure that its plugin said nothing about; undefined where the code alone does not tell. */
export function nextStep(code: ErrorCode, connection: string): string | undefined {
  const steps: Partial<Record<ErrorCode, string>> = {
    'not-found': 'See what is there with `fairlead ls`.',
    'already-exists': 'Choose another path, or remove the existing object first.',
    'precondition-failed': 'Check what is there now, then run the command again.',
    'permission-denied': `Ask the owner of the store for access, or use other credentials: \`fairlead client show ${connection}\` shows which ones are in use.`,
    'quota-exceeded': `Free space in the store, then run the same command again. Unfinished uploads also take up space: fairlead client clean ${connection}`,
    'range-invalid': 'Request bytes within the object.',
    'path-invalid': 'Choose another path.',
    'config-invalid': `Check the settings: fairlead client show ${connection}`,
    integrity: 'Run the same command again; if it fails again, verify the asset with `fairlead verify`.',
    unexpected: 'Run the command again with FAIRLEAD_LOG_LEVEL=debug.',
  }
  return steps[code]
}
