/** What a login tells a person, and asks. An application shows it; nothing of it is secret but what is pasted. */
export interface LoginTalk {
  /** A page to open, on this machine (`browser`) or on any (`paste`). */
  page(step: { readonly way: 'browser' | 'paste'; readonly url: URL }): void | Promise<void>
  /** A code to enter at an address, before `expires`; `complete` is the address with the code in it, where the service has one. */
  device(step: { readonly url: URL; readonly code: string; readonly complete?: URL; readonly expires: Date }): void | Promise<void>
  /** What the browser ended with: the address of its last page, or a code. `again` says why what was pasted before did not do. */
  paste(step: { readonly wanted: 'address' | 'code'; readonly again?: string }): Promise<string>
}
