import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { FairleadError } from '../src/contract/errors.ts'
import { secret } from '../src/contract/options.ts'
import { createLog, type LogOptions } from '../src/host/terminal/log.ts'
import { createRedactor } from '../src/host/secrets/redactor.ts'
import { startChild } from './support/child.ts'
import { recordedTerminal } from './support/terminal.ts'

function logged(
  env: Readonly<Record<string, string>>,
  work: (log: ReturnType<typeof createLog>) => void,
  options: LogOptions & { readonly tty?: boolean } = {},
): string {
  const terminal = recordedTerminal({ tty: options.tty ?? false, env })
  work(createLog({ env, terminal, ...options }))
  return terminal.written
}

const all = (log: ReturnType<typeof createLog>): void => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'] as const) log[level](`a ${level}`)
}

describe('the level', () => {
  test.each([
    ['trace', ['trace', 'debug', 'info', 'warn', 'error']],
    ['0', ['trace', 'debug', 'info', 'warn', 'error']],
    ['DEBUG', ['debug', 'info', 'warn', 'error']],
    ['2', ['info', 'warn', 'error']],
    ['', ['info', 'warn', 'error']],
    ['3', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
    ['5', []],
  ])('%j shows %j', (level, shown) => {
    expect([...logged({ FAIRLEAD_LOG_LEVEL: level }, all).matchAll(/a (\w+)/g)].map(([, name]) => name)).toEqual(shown)
  })

  test('that is unknown gives one warning and info', () => {
    for (const level of ['loud', '6', '-1']) {
      const lines = logged({ FAIRLEAD_LOG_LEVEL: level }, all).trimEnd().split('\n')
      expect(lines).toHaveLength(4)
      expect(lines[0]).toMatch(/^warn: FAIRLEAD_LOG_LEVEL is ".+", which is none of trace, debug/)
    }
  })
})

describe('a line', () => {
  test('has prefix, level, message and fields', () => {
    const text = logged({}, log => {
      log.info('Connected')
      log.child('archive').child('upload').warn('Slow', { seconds: 3, path: 'a/b c', gone: undefined })
    })
    expect(text).toBe('Connected\n[archive upload] warn: Slow (seconds=3 path="a/b c")\n')
  })

  test('is coloured at a terminal only, and not with NO_COLOR', () => {
    const warn = (log: ReturnType<typeof createLog>): void => log.warn('x')
    expect(logged({}, warn, { tty: true })).toContain('\u001b[33m')
    expect(logged({ NO_COLOR: '1' }, warn, { tty: true })).toBe('warn: x\n')
    expect(logged({}, warn)).toBe('warn: x\n')
  })

  test('is one JSON object with FAIRLEAD_LOG_FORMAT=json', () => {
    const text = logged(
      { FAIRLEAD_LOG_FORMAT: 'json' },
      log => log.child('archive').error('a\nb', { size: 10n, cause: new Error('why'), at: new URL('https://e.org/') }),
      {
        now: () => new Date(0),
      },
    )
    expect(text.split('\n')).toHaveLength(2)
    expect(JSON.parse(text)).toEqual({
      time: '1970-01-01T00:00:00.000Z',
      level: 'error',
      prefix: 'archive',
      message: 'a\nb',
      fields: { size: '10', cause: 'Error: why', at: 'https://e.org/' },
    })
  })

  test('shows control characters as escapes, so that no one forges a line', () => {
    expect(logged({}, log => log.info('a\nwarn: b\u001b[2J', { name: 'x\u0007' }))).toBe('a\\u000awarn: b\\u001b[2J (name=x\\u0007)\n')
  })

  test('survives a field that refers to itself', () => {
    const field: { self?: unknown } = {}
    field.self = field
    expect(logged({}, log => log.info('x', { field }))).toContain('not JSON')
  })
})

test.each(['text', 'json'])('secrets show nowhere in %s', format => {
  const redactor = createRedactor()
  redactor.hide('hunter2-of-the-settings')
  const text = logged(
    { FAIRLEAD_LOG_FORMAT: format },
    log =>
      log.info('sent hunter2-of-the-settings and https://e.org/?X-Amz-Signature=hunter2', {
        key: secret('hunter2'),
        'api-key': 'hunter2',
        nested: { headers: { Authorization: 'Bearer hunter2', 'set-cookie': ['hunter2'] }, key: secret('hunter2') },
        error: new FairleadError('unexpected', 'failed', { cause: new Error('hunter2') }),
      }),
    { redactor },
  )
  expect(text).not.toContain('hunter2')
  expect(text).toContain('[secret]')
})

test('a secret prints as [secret] wherever it is shown', () => {
  const value = secret('hunter2')
  expect([String(value), JSON.stringify({ value }), inspect(value), inspect({ value }, { showHidden: true })].join(' ')).not.toContain(
    'hunter2',
  )
})

test('standard output stays free', async () => {
  const child = startChild('say.ts', [])
  expect(await child.line()).toBe('only this')
  await expect(child.line()).rejects.toThrow(/ended without a line: .*logged/s)
})
