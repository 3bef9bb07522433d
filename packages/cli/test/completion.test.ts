import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { completionScript } from '../src/completion.ts'
import { clientCommandTable } from '../src/plugins/client-commands.ts'
import { isManifest } from '../src/plugins/manifest-form.ts'
import { shelfManifest } from './support/shelf-package.ts'

const folder = mkdtempSync(join(tmpdir(), 'fairlead-completion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const mark = join(folder, 'ran')
const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined

/** A client whose author would have shells run something. */
function scriptFor(shell: 'bash' | 'fish'): string {
  const hostile = [`$(touch ${mark})`, `\`touch ${mark}\``, `(touch ${mark})`, `'; touch ${mark} #`]
  const manifest: unknown = {
    ...shelfManifest(),
    commands: {
      send: {
        summary: `Send it\\'; touch ${mark} #`,
        flags: { how: { type: 'string', help: `How\\'; touch ${mark} #`, choices: ['post', ...hostile] } },
      },
    },
  }
  if (!isManifest(manifest)) throw new Error('the manifest should be taken')
  const file = join(folder, `completion.${shell}`)
  writeFileSync(file, completionScript(shell, clientCommandTable([manifest])))
  return file
}

describe('completion of what clients write runs none of it', () => {
  test('in bash', () => {
    const text = `source '${scriptFor('bash')}'; COMP_WORDS=(fairlead shelf send --how ''); COMP_CWORD=4; _fairlead; printf '%s\\n' "\${COMPREPLY[@]}"`
    expect(spawnSync('bash', ['-c', text], { encoding: 'utf8' }).stdout).toBe('post\n')
    expect(existsSync(mark)).toBe(false)
  })

  test.runIf(has('fish'))('in fish', () => {
    const complete = (line: string): string =>
      spawnSync('fish', ['-c', `source '${scriptFor('fish')}'; complete -C '${line}'`], {
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      }).stdout
    // Each value has the help of the flag behind it.
    expect(complete('fairlead shelf send --how ')).toMatch(/^post\t.*\n$/)
    expect(complete('fairlead shelf s')).toContain('send')
    expect(complete('fairlead shelf send --h')).toContain('--how')
    expect(existsSync(mark)).toBe(false)
  })
})
