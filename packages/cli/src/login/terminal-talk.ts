import { createInterface, type Interface } from 'node:readline'
import type { LoginTalk, Terminal } from '@fairlead/core/host'
import { openInBrowser } from '../open-in-browser.ts'

const wantedText = {
  address: 'Paste the address of the last page (the browser may not be able to open it):',
  code: 'Paste the code from the page:',
}

/** A login's talk on standard error and standard input. It is shown with --quiet too: nobody could go on without it. */
export function terminalTalk(terminal: Terminal, title: string): LoginTalk & Disposable {
  let lines: Interface | undefined
  let typed: AsyncIterator<string> | undefined
  return {
    async page({ way, url }) {
      if (way === 'paste') {
        terminal.print(`Open this address in any browser and log in to ${title}:\n\n  ${url.href}\n`)
        return
      }
      terminal.print(`Log in to ${title} in the browser. If none opens, go to\n\n  ${url.href}\n`)
      if (!(await openInBrowser(url.href))) terminal.print('No browser could be opened on this machine.')
    },
    device({ url, code, complete, expires }) {
      const minutes = Math.max(1, Math.round((expires.getTime() - Date.now()) / 60_000))
      const short = complete === undefined ? '' : `\nor open ${complete.href}`
      terminal.print(
        `In any browser, go to ${url.href} and enter the code\n\n  ${code}\n${short}\nThe code is valid for ${minutes} min. Waiting…`,
      )
    },
    async paste({ wanted, again }) {
      if (again !== undefined) terminal.print(`That did not work: ${again}.`)
      terminal.print(wantedText[wanted])
      lines ??= createInterface({ input: process.stdin, terminal: false })
      typed ??= lines[Symbol.asyncIterator]()
      const { value, done } = await typed.next()
      return done === true ? '' : value
    },
    [Symbol.dispose]() {
      lines?.close()
    },
  }
}
