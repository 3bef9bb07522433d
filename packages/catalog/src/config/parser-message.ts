export const tooDeep = 'the file is nested too deeply'

/** Why a document can't be held: aliases of aliases that would grow without end, or more levels than the stack has. */
export function growthProblem(cause: unknown): string {
  if (cause instanceof RangeError) return tooDeep
  return cause instanceof Error ? parserMessage(cause.message) : String(cause)
}

/** A message of the parser without the piece of text that some of them repeat: it may be a secret. */
export function parserMessage(message: string): string {
  if (message.startsWith('Source contains multiple documents')) return 'a second document starts here (---), but only one is read'
  return message.replace(/: (["'`]).*\1$/su, '').replace(/(Unresolved (?:alias|tag)[^:]*):.*$/su, '$1')
}
