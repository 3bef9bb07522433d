import type { ErrorCode } from '../../contract/errors.ts'

/** What to do about a failure that its plugin said nothing about; undefined where the code alone does not tell. */
export function nextStep(code: ErrorCode, connection: string): string | undefined {
  const steps: Partial<Record<ErrorCode, string>> = {
    'not-found': 'Look at what is there with `fairlead ls`.',
    'already-exists': 'Choose another path, or remove what is there first.',
    'precondition-failed': 'Look at what is there now, then run the command again.',
    'permission-denied': `Ask the owner of the store for access, or use other credentials: fairlead client set ${connection}`,
    'quota-exceeded': 'Free space in the store, then run the same command again.',
    'range-invalid': 'Ask for bytes that the object has.',
    'path-invalid': 'Choose another path.',
    'config-invalid': `Look at the settings: fairlead client show ${connection}`,
    integrity: 'Run the same command again; if it fails again, verify the asset with `fairlead verify`.',
    unexpected: 'Run the command again with FAIRLEAD_LOG_LEVEL=debug.',
  }
  return steps[code]
}
