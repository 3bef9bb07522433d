import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Manifest } from '@fairlead/core'
import { updateReadme } from '@fairlead/testkit/readme'
import type { Choices } from './choices.ts'
import { checkPackageName, checkScheme, checkTitle } from './names.ts'
import { projectTexts } from './project-files.ts'
import type { Template } from './template.ts'

/**
 * The files of a new client: texts by their absolute path, in order. Nothing is written. Throws for a name, a scheme or a title that
 * can't be one: they become code, of which the manifest is run here.
 */
export async function generate(template: Template, choices: Choices): Promise<ReadonlyMap<string, string>> {
  checkPackageName(choices.name)
  checkScheme(choices.scheme)
  checkTitle(choices.title)
  const texts = new Map(projectTexts(template, choices))
  const readme = join(choices.directory, 'README.md')
  const text = texts.get(readme)
  if (text !== undefined) texts.set(readme, updateReadme(text, await manifestOf(texts, choices.directory)))
  return texts
}

/** A manifest is pure data that imports types alone, so its source can be run before anything is installed. */
async function manifestOf(texts: ReadonlyMap<string, string>, directory: string): Promise<Manifest> {
  const folder = mkdtempSync(join(tmpdir(), 'create-client-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    for (const [path, text] of texts) {
      const inside = relative(directory, path)
      if (!/^src[/\\](manifest|credentials)\.ts$/.test(inside)) continue
      mkdirSync(dirname(join(folder, inside)), { recursive: true })
      writeFileSync(join(folder, inside), text)
    }
    const module: { readonly manifest: Manifest } = await import(pathToFileURL(join(folder, 'src', 'manifest.ts')).href)
    return module.manifest
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
