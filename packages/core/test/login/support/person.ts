/** Somebody with a browser that runs no scripts: follows redirects, keeps cookies, fills in forms. */
export interface Person {
  /** Opens an address, logs in as `ada` and lets in what asks; the last page. */
  visit(
    address: URL | string,
    choice?: 'allow' | 'deny',
    entry?: string,
  ): Promise<{ readonly url: URL; readonly status: number; readonly text: string }>
}

/** A browser of its own, without cookies. `stopAt`: addresses that it can't open, as if they were on another machine. */
export function person(stopAt?: (url: URL) => boolean): Person {
  const cookies = new Map<string, string>()
  const send = async (url: URL, form?: URLSearchParams): Promise<{ readonly url: URL; readonly status: number; readonly text: string }> => {
    if (stopAt?.(url) === true) return { url, status: 0, text: '' }
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { method: 'POST', body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined) cookies.set(name, value ?? '')
    }
    const location = response.headers.get('location')
    const text = await response.text()
    return location === null ? { url, status: response.status, text } : send(new URL(location, url))
  }
  return {
    async visit(address, choice = 'allow', entry) {
      let page = await send(new URL(address))
      for (let step = 0; step < 8; step++) {
        const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1]
        if (action === undefined) return page
        const target = new URL(action.replaceAll('&amp;', '&'), page.url)
        const form = new URLSearchParams()
        for (const [, name, value] of page.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g))
          form.set(name ?? '', value ?? '')
        if (page.text.includes('name="password"')) {
          form.set('login', 'ada')
          form.set('password', 'any')
        } else if (page.text.includes('name="user_code"') && !form.has('user_code')) form.set('user_code', entry ?? '')
        else if (choice === 'deny') {
          const abort = /href="([^"]*abort)"/.exec(page.text)?.[1]
          if (abort !== undefined) return await send(new URL(abort, page.url))
          if (page.text.includes('name="abort"')) form.set('abort', 'yes')
        }
        page = await send(target, form)
      }
      return page
    },
  }
}
