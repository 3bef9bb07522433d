import fc from 'fast-check'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startSpinner } from '../src/host/terminal/spinner.ts'
import { formatTable } from '../src/host/terminal/table.ts'
import { fitWidth, padWidth, textWidth } from '../src/host/terminal/text-width.ts'
import { recordedTerminal } from './support/terminal.ts'

describe('a terminal', () => {
  test('moves and colours only where it is one, and NO_COLOR holds', () => {
    expect(recordedTerminal()).toMatchObject({ interactive: true, color: true })
    expect(recordedTerminal({ tty: false })).toMatchObject({ interactive: false, color: false })
    expect(recordedTerminal({ env: { NO_COLOR: '1' } })).toMatchObject({ interactive: true, color: false })
    expect(recordedTerminal({ env: { TERM: 'dumb' } })).toMatchObject({ interactive: false, color: false })
  })

  test('prints above what moves, and nothing of that is left in the end', () => {
    const terminal = recordedTerminal()
    const [one, two] = [terminal.live(), terminal.live()]
    one.draw(['first', 'second'])
    two.draw(['third'])
    terminal.print('printed')
    expect(terminal.screen).toEqual(['printed', 'first', 'second', 'third'])
    one.draw(['changed'])
    expect(terminal.screen).toEqual(['printed', 'changed', 'third'])
    expect(terminal.cursorShown).toBe(false)
    one[Symbol.dispose]()
    expect(terminal.screen).toEqual(['printed', 'third'])
    two[Symbol.dispose]()
    expect(terminal.screen).toEqual(['printed', ''])
    expect(terminal.cursorShown).toBe(true)
  })

  test('cuts moving lines to its width, so that none wraps', () => {
    const terminal = recordedTerminal({ columns: 10 })
    using live = terminal.live()
    live.draw(['a line that is too long'])
    expect(terminal.screen).toEqual(['a line t…'])
  })

  test('listens to signals only while something moves', () => {
    const before = process.listenerCount('SIGINT')
    const live = recordedTerminal().live()
    live.draw(['x'])
    expect(process.listenerCount('SIGINT')).toBe(before + 1)
    live[Symbol.dispose]()
    expect(process.listenerCount('SIGINT')).toBe(before)
  })
})

const noScript = spawnSync('script', ['--version']).error !== undefined
if (noScript) console.warn('Not tested at a pseudo-terminal: the program "script" is not installed')

describe.skipIf(noScript)('at a real terminal, a spinner', () => {
  const run = (how: string) => {
    // Without exec some shells stay between, and say something of their own when a signal ends the program.
    const command = `exec ${process.execPath} --conditions=@fairlead/source ${join(import.meta.dirname, 'support/spin.ts')} ${how}`
    return spawn('script', ['-qefc', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TERM: 'xterm', FORCE_COLOR: undefined, NO_COLOR: undefined },
    })
  }
  const output = async (child: ReturnType<typeof run>) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    const [code] = await once(child, 'close')
    return { text, code }
  }

  test('gives the cursor back and ends the process when a signal comes', async () => {
    const { text, code } = await output(run('signal'))
    expect(text).toContain('\u001b[?25l')
    expect(text.endsWith('\u001b[?25h')).toBe(true)
    expect(code).toBe(128 + 15)
  })

  test('is stopped by a throw', async () => {
    const { text, code } = await output(run('throw'))
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'))
    expect(code).toBe(1)
  })

  test('keeps no process alive', async () => {
    expect((await output(run('forget'))).code).toBe(0)
  })
})

describe('a spinner', () => {
  test('shows its text while it runs, then its final text alone', () => {
    const terminal = recordedTerminal()
    const spinner = startSpinner(terminal, 'Listing')
    expect(terminal.screen).toEqual([expect.stringMatching(/^. Listing$/u)])
    spinner.update('Listing more')
    expect(terminal.screen).toEqual([expect.stringMatching(/^. Listing more$/u)])
    spinner.stop('Listed')
    spinner.update('late')
    spinner.stop('twice')
    expect(terminal.screen).toEqual(['Listed', ''])
  })

  test('moves nothing where nothing may move', () => {
    const terminal = recordedTerminal({ tty: false })
    const spinner = startSpinner(terminal, 'Listing')
    spinner.update('Listing more')
    spinner.stop('Listed')
    expect(terminal.written).toBe('Listing\nListed\n')
  })

  test('stops when the block that holds it throws', () => {
    const terminal = recordedTerminal()
    expect(() => {
      using spinner = startSpinner(terminal, 'Work')
      spinner.update('Work more')
      throw new Error('no')
    }).toThrow('no')
    expect(terminal.screen).toEqual([''])
    expect(terminal.cursorShown).toBe(true)
  })

  test('shows control characters of others as escapes', () => {
    const terminal = recordedTerminal({ tty: false })
    startSpinner(terminal, 'a\u001b[2Jb').stop()
    expect(terminal.written).toBe('a\\u001b[2Jb\n')
  })
})

describe('a table', () => {
  test('aligns text to the left and numbers to the right', () => {
    const rows = [
      ['a.png', 7],
      ['long-name.png', 1200],
    ] as const
    expect(formatTable(['name', 'bytes'], rows)).toBe(['name           bytes', 'a.png              7', 'long-name.png   1200'].join('\n'))
  })

  test('counts wide and combining characters as the terminal shows them', () => {
    expect(
      formatTable(
        ['x', 'y'],
        [
          ['日本', 'a'],
          ['e\u0301', 'b'],
          ['🚀', 'c'],
        ],
      ),
    ).toBe(['x     y', '日本  a', 'e\u0301     b', '🚀    c'].join('\n'))
  })

  test('keeps one line per row whatever the cells hold', () => {
    expect(formatTable(['x'], [['a\nb\u001b[2J']])).toBe('x\na\\u000ab\\u001b[2J')
  })

  test('is only its head without rows, and fills short rows', () => {
    expect(formatTable(['a', 'b'], [])).toBe('a  b')
    expect(formatTable(['a'], Array<[number]>(300_000).fill([1])).split('\n')).toHaveLength(300_001)
    expect(formatTable(['a', 'b', 'c'], [['1'], ['2', '3', '4']])).toBe('a  b  c\n1\n2  3  4')
  })

  test('lines up every column, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.constant('|')), { minLength: 1 }), rows => {
        const [head = '', ...lines] = formatTable(['x', '|'], rows).split('\n')
        const place = textWidth(head.slice(0, head.lastIndexOf('|')))
        for (const line of lines) expect(textWidth(line.slice(0, line.lastIndexOf('|')))).toBe(place)
      }),
    )
  })
})

describe('width', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍👩‍👧', 2],
    ['ｱ', 1],
    ['Ａ', 2],
    ['한글', 4],
    ['', 0],
  ])('of %s is %i', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })

  test('is never exceeded by a cut text, and always reached by a filled one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
        expect(textWidth(fitWidth(text, columns))).toBeLessThanOrEqual(columns)
        expect(textWidth(padWidth(fitWidth(text, columns), columns))).toBe(columns)
      }),
    )
  })
})
