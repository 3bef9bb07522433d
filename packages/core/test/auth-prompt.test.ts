import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { askForCode } from '../src/host/terminal/auth-prompt.ts'
import { recordedTerminal } from './support/terminal.ts'

const request = { url: new URL('https://login.example/?state=1'), question: 'Code:' }

describe('the login prompt', () => {
  test('shows the address on the terminal and returns the trimmed line', async () => {
    const terminal = recordedTerminal()
    const input = Object.assign(new PassThrough(), { isTTY: true })
    input.write('\n  abc-123 \nmore\n')
    expect(await askForCode(request, { connection: 'archive', terminal, input })).toBe('abc-123')
    expect(terminal.written).toBe('Open this address and log in:\n  https://login.example/?state=1\nCode:\n')
  })

  test('is unauthenticated without a terminal, and asks nothing', async () => {
    const terminal = recordedTerminal({ tty: false })
    await expect(askForCode(request, { connection: 'archive', terminal, input: new PassThrough() })).rejects.toMatchObject({
      code: 'unauthenticated',
      hint: expect.stringContaining('fairlead client check archive'),
    })
    expect(terminal.written).toBe('')
  })

  test('is unauthenticated when the input ends', async () => {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    input.end('\n')
    await expect(askForCode(request, { connection: 'archive', terminal: recordedTerminal(), input })).rejects.toMatchObject({
      code: 'unauthenticated',
    })
  })

  test('shows nothing of a password, trims nothing of it, and leaves the terminal as it was', async () => {
    const terminal = recordedTerminal()
    const modes: boolean[] = []
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) })
    const asked = askForCode({ ...request, question: 'Password:', hidden: true }, { connection: 'archive', terminal, input })
    input.write(' pass\u007fs wörd')
    input.write(' \r')
    expect(await asked).toBe(' pass wörd ')
    expect(modes).toEqual([true, false])
    expect(terminal.written).not.toContain('wörd')
  })

  test('takes no password from a pipe, and none that was broken off', async () => {
    const hidden = { ...request, hidden: true }
    const pipe = askForCode(hidden, { connection: 'archive', terminal: recordedTerminal(), input: new PassThrough() })
    await expect(pipe).rejects.toMatchObject({ code: 'unauthenticated' })
    const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
    const broken = askForCode(hidden, { connection: 'archive', terminal: recordedTerminal(), input })
    input.write('half\u0004')
    await expect(broken).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
