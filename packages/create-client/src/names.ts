import { isBuiltin } from 'node:module'
import { isShowable, Refusal } from './refusal.ts'

/** Clients that can be installed, and what references could be taken for instead. */
const taken: ReadonlySet<string> = new Set(['s3', 'azure', 'drive', 'dropbox', 'girder', 'swift'])
const confusing: ReadonlySet<string> = new Set(['disk', 'local', 'file', 'http', 'https', 'registry', 'fairlead', 'client'])

/** Words that JavaScript keeps for itself, and names that stand beside that of the client in its own files. */
const reserved: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static super switch ' +
    'this throw true try typeof undefined var void while with yield async ' +
    'account afterAll beforeAll client conformance context createClient createFairlead define definePlugin env expect fairlead fake files ' +
    'home join manifest mkdtempSync options process rmSync server startFake test tmpdir wrong'
  ).split(' '),
)

/** Refuses a name that npm does not take, or that a shell would not take as it is. */
export function checkPackageName(name: string): string {
  const hint = 'Packages have names like fairlead-client-acme or @me/fairlead-client-acme. Give another --name.'
  const refuse = (what: string): never => {
    throw new Refusal(`"${printed(name)}" is not a valid package name: ${what}`, hint)
  }
  if (name === '') refuse('it is empty')
  if (name.length > 214) refuse(`it has ${name.length} characters, but npm allows 214`)
  if (name !== name.toLowerCase()) refuse('npm allows only lower-case letters')
  if (!/^(@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9-][a-z0-9._-]*$/.test(name))
    refuse(
      'it can contain letters, digits, "-", "." and "_", and must not start with "." or "_"; an optional @scope/ follows the same rules',
    )
  if (/^-|\/-/.test(name)) refuse('a command would treat it as an option')
  const own = name.replace(/^@.*\//, '')
  if (isBuiltin(name) || ['node_modules', 'favicon.ico'].includes(own)) refuse('that already means something else')
  return name
}

/** Refuses a name of a client that no reference could begin with, or that means something else. */
export function checkScheme(scheme: string): string {
  if (!/^[a-z](?:-?[a-z0-9]){0,31}$/.test(scheme) || scheme.length > 32) {
    throw new Refusal(
      `"${printed(scheme)}" is not a valid client name: use at most 32 lower-case letters, digits and single "-", starting with a letter`,
      'It comes before :// in every reference, as in acme://films/hero:v1. Give another --scheme.',
    )
  }
  if (taken.has(scheme))
    throw new Refusal(`a client "${scheme}" already exists`, `Install it with: fairlead plugins install @fairlead/client-${scheme}`)
  if (confusing.has(scheme))
    throw new Refusal(`"${scheme}" before :// already means something else`, 'Give another --scheme, such as the name of the service.')
  return scheme
}

/** Refuses a title that would need quoting in code, Markdown or YAML. */
export function checkTitle(title: string): string {
  if (/^[\p{L}\p{N}](?:[\p{L}\p{N} ._+-]{0,62}[\p{L}\p{N}])?$/u.test(title)) return title
  throw new Refusal(
    `"${printed(title)}" is not a valid title: use at most 64 letters, digits, spaces and ". _ + -", with a letter or digit at both ends`,
    'Give another --title, such as Acme Storage.',
  )
}

/** Refuses a folder whose name can't be shown. */
export function checkDirectory(directory: string): string {
  if (directory !== '' && isShowable(directory)) return directory
  throw new Refusal(`"${printed(directory)}" is not a valid folder name`, 'Give another --directory.')
}

/** The name of a client that a package or folder is called after. */
export function schemeOf(name: string): string {
  return name
    .replace(/^@[^/]*\//, '')
    .replace(/^fairlead-/, '')
    .replace(/^client-/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '')
}

/** `acme-store` as people write it: Acme Store. */
export function titleOf(scheme: string): string {
  return words(scheme).map(capital).join(' ')
}

/** `acme-store` as the name of a class: AcmeStore; `ApiConnection` is what they all extend. */
export function classOf(scheme: string): string {
  return scheme === 'api' ? 'ApiClient' : words(scheme).map(capital).join('')
}

/** `acme-store` as the name of a value: acmeStore; a word that has a meaning of its own gets `Client` behind it. */
export function exportOf(scheme: string): string {
  const [first = '', ...rest] = words(scheme)
  const name = first + rest.map(capital).join('')
  return reserved.has(name) ? `${name}Client` : name
}

/** `acme-store` in the names of environment variables: ACME_STORE. */
export function variableOf(scheme: string): string {
  return scheme.replaceAll('-', '_').toUpperCase()
}

const words = (scheme: string): readonly string[] => scheme.split('-')
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** Text from outside, as it can be shown. */
function printed(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text).slice(1, -1)
}
