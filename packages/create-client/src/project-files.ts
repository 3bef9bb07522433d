import { join } from 'node:path'
import { capabilityNames, type Choices } from './choices.ts'
import { applyConditions } from './conditions.ts'
import { projectPackage, workspacePackage } from './package-json.ts'
import { placeOf, type Place } from './place.ts'
import { rename, renameCommands } from './rename.ts'
import type { Template } from './template.ts'
import { tidy } from './tidy.ts'

/** Which file of the template lies where in a project of its own; those that begin with a dot have another name in a package. */
const projectFiles: Readonly<Record<string, string>> = {
  LICENSE: 'LICENSE',
  gitignore: '.gitignore',
  'ci.yml': '.github/workflows/ci.yml',
  'changeset-config.json': '.changeset/config.json',
  'changeset.md': '.changeset/first-release.md',
  'tsconfig.json': 'tsconfig.json',
  'tsconfig.build.json': 'tsconfig.build.json',
  'vitest.config.ts': 'vitest.config.ts',
}

/** For one package manager only. */
const managerFiles: Readonly<Record<Choices['packageManager'], Readonly<Record<string, string>>>> = {
  npm: {},
  pnpm: { 'pnpm-workspace.yaml': 'pnpm-workspace.yaml' },
  yarn: { 'yarnrc.yml': '.yarnrc.yml', 'yarn.lock': 'yarn.lock' },
}

/** The parts of which there is one for each way to authenticate. */
const variants = /(credentials|authentication|gate)\/([a-z0-9-]+)\.ts$/

/** The texts of a new client by their absolute path, as the choices want them, but for the tables of the README. */
export function projectTexts(template: Template, choices: Choices): ReadonlyMap<string, string> {
  const place = placeOf(choices.directory)
  const flags = flagsOf(choices, place)
  const texts = new Map<string, string>()
  for (const [path, text] of template.files) {
    const target = targetOf(path, choices, place)
    if (target === undefined) continue
    const chosen = atItsPlace(rename(applyConditions(text, flags), choices), path)
    texts.set(
      target,
      path.endsWith('.ts') ? tidy(renameCommands(chosen, choices.packageManager)) : renameCommands(chosen, choices.packageManager),
    )
  }
  const description = place.kind === 'workspace' ? workspacePackage(choices) : projectPackage(choices, template.ranges)
  return new Map([...texts, [join(choices.directory, 'package.json'), description] as const].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function flagsOf({ auth, capabilities, packageManager }: Choices, { kind }: Place): ReadonlySet<string> {
  const whole = capabilityNames.every(name => capabilities.includes(name))
  return new Set([auth, packageManager, ...capabilities, ...(whole ? ['example'] : []), kind === 'project' ? 'outside' : 'inside'])
}

/** Where a file of the template goes; undefined for one that is not wanted. */
function targetOf(path: string, { auth, directory, packageManager, scheme }: Choices, place: Place): string | undefined {
  const inProject = place.kind === 'project'
  const [folder, ...rest] = path.split('/')
  const name = rest.join('/')
  if (folder === 'workspace') return inProject ? undefined : join(directory, name)
  if (folder === 'project') {
    // A change of the workspace is told in the workspace.
    if (!inProject) return name === 'changeset.md' ? join(place.root, '.changeset', `client-${scheme}.md`) : undefined
    const target = projectFiles[name] ?? managerFiles[packageManager][name]
    return target === undefined ? undefined : join(directory, target)
  }
  if (path === 'scripts/manifest.ts' && !inProject) return undefined
  // A project of its own writes its tables with every build, so that no test of them is red while operations are being declared.
  if (path === 'test/readme.test.ts' && inProject) return undefined
  const [variant, part, of] = variants.exec(path) ?? []
  if (variant === undefined) return join(directory, path)
  return of === auth ? join(directory, path.replace(variant, `${part}.ts`)) : undefined
}

/** Imports as they are once the variants lie one folder higher, each under the name of its part. */
function atItsPlace(text: string, path: string): string {
  const own = variants.test(path) ? text.replaceAll(/'\.\.\/(?=[^']*\.ts')/g, "'./") : text
  return own.replaceAll(/\/(credentials|authentication|gate)\/[a-z0-9-]+\.ts'/g, "/$1.ts'")
}
