/** The parameters in what was pasted: an address, its query, or the bare code. A text says why it can't be it, and shows none of it. */
export function answerIn(pasted: string, state: string): URLSearchParams | string {
  const text = pasted.trim()
  const query =
    /^https?:\/\/[^?#]*\?([^#]*)/i.exec(text)?.[1] ?? (/(?:^|[?&])(?:code|error)=/.test(text) ? text.replace(/^\?/, '') : undefined)
  if (query !== undefined) {
    const parameters = new URLSearchParams(query)
    if (!parameters.has('code') && !parameters.has('error')) return 'the address contains no code; it is not the address of the last page'
    return parameters.get('state') === state ? parameters : 'it belongs to another login, perhaps an earlier one'
  }
  if (/^https?:/i.test(text)) return 'the address contains no code; it is not the address of the last page'
  // The code alone: that it is bound to this login (PKCE) is checked by the service.
  return /^[\x21-\x7e]{4,}$/.test(text) ? new URLSearchParams({ code: text, state }) : 'it is neither an address nor a code'
}
