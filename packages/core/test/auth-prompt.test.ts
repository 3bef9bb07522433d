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
})
