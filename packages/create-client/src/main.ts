import { tmpdir } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArguments, usage } from './arguments.ts'
import { generate } from './generate.ts'
import { nextSteps } from './next-steps.ts'
import { placeOf } from './place.ts'
import { prompts } from './prompts.ts'
import { Refusal } from './refusal.ts'
import { settle } from './settle.ts'
import { loadTemplate } from './template.ts'
import { checkFree, writeFiles } from './write-files.ts'

/**
 * Runs the command and returns its exit code: 0 done, 1 the machine can't do it, 2 a wish that can't be fulfilled, 130 the
 * questions were broken off.
 */
export async function main(words: readonly string[]): Promise<number> {
  // Whoever stops reading what is printed, as `head` does, has not stopped what is being made.
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EPIPE') throw cause
  })
  try {
    await run(words)
    return 0
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ExitPromptError') return 130
    if (cause instanceof Refusal) {
      process.stderr.write(`${cause.message}\n${cause.hint}\n`)
      return 2
    }
    // Writing has a refusal of its own: this was the present folder, that of temporary files, or the template.
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    process.stderr.write(`${cause.message}\nNothing was written. Check the current folder and ${tmpdir()}.\n`)
    return 1
  }
}

async function run(words: readonly string[]): Promise<void> {
  const given = parseArguments(words)
  if (given.help) return print(usage)
  const template = loadTemplate(fileURLToPath(new URL('./template', import.meta.url)))
  if (given.version) return print(`${template.version}\n`)
  const asks = !given.yes && process.stdin.isTTY && process.stdout.isTTY
  const folder = process.cwd()
  const choices = await settle(given, { folder, env: process.env }, asks ? prompts : undefined)
  const { directory, name } = choices
  const files = await generate(template, choices)
  checkFree(directory, files.keys())
  if (given.dryRun) {
    const names = [...files.keys()].map(path => `  ${relative(folder, path)}\n`)
    return print(`would create ${name}; nothing was written:\n${names.join('')}`)
  }
  writeFiles(files)
  const steps = nextSteps(choices, placeOf(directory), folder).map(step => `  ${step}\n`)
  print(`made ${name}: ${files.size} files in ${relative(folder, directory) || 'this folder'}\nnext:\n${steps.join('')}`)
}

function print(text: string): void {
  process.stdout.write(text)
}
