import { createHash } from 'node:crypto'

/** Takes the code out of the address bar and the history; it is worth nothing any more, but it need not stay. */
const script = "history.replaceState(null, '', '/')"
const scriptHash = createHash('sha256').update(script).digest('base64')
const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;color:#1b2a33;background:#f7f9fa}' +
  'h1{font-size:1.4rem}@media(prefers-color-scheme:dark){body{color:#e3ebef;background:#14191d}}'
const styleHash = createHash('sha256').update(style).digest('base64')

/** A page for the browser that came back from a login. It loads nothing and is kept nowhere. */
export function loginPage(heading: string, text: string): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(heading)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escape(heading)}</h1>
<p>${escape(text)}</p>
<script>${script}</script>
</body>
</html>
`
  return {
    body,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    },
  }
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
