import type { SyntaxNode } from '@lezer/common'
import { childrenOf, type PythonSource } from './python-source.ts'

/** What an override of `get_asset_path` tells. */
export type AssetPathIdiom =
  | { readonly kind: 'file' }
  /** So many folders above the file: 1 is the one it lies in. */
  | { readonly kind: 'above'; readonly levels: number }
  /** So many folders below the ingress. */
  | { readonly kind: 'depth'; readonly depth: number }

/** The text of the one return statement of a method, without spaces; undefined where it does anything else. */
function returned(source: PythonSource, method: SyntaxNode): string | undefined {
  const body = method.getChild('Body')
  const statements = (body === null ? [] : childrenOf(body)).filter(
    ({ name, firstChild }) => !(name === 'ExpressionStatement' && /^(?:Continued)?String$/.test(firstChild?.name ?? '')),
  )
  const [only, ...others] = statements
  const value = only?.name === 'ReturnStatement' && others.length === 0 ? childrenOf(only).at(-1) : undefined
  return value === undefined ? undefined : source.textOf(value).replaceAll(/\s+/g, '')
}

/** The idioms by which modules say where an asset lies; undefined for other code. */
export function assetPathIdiom(source: PythonSource, method: SyntaxNode): AssetPathIdiom | undefined {
  const parameters = method.getChild('ParamList')
  const names = parameters === null ? [] : childrenOf(parameters).map(source.textOf)
  const parameter = names[1]
  const text = returned(source, method)
  if (parameter === undefined || text === undefined || method.parent?.name === 'DecoratedStatement') return undefined
  const own = `(?:(?:\\w+\\.)?Path\\(${parameter}\\)|${parameter})`
  if (new RegExp(`^${own}$`).test(text)) return { kind: 'file' }
  if (new RegExp(`^(?:Path\\()?os\\.path\\.dirname\\(${parameter}\\)\\)?$`).test(text)) return { kind: 'above', levels: 1 }
  const above = new RegExp(`^${own}((?:\\.parent(?![\\w]))*)(?:\\.parents\\[(\\d{1,2})\\])?$`).exec(text)
  if (above !== null)
    return { kind: 'above', levels: (above[1] ?? '').length / '.parent'.length + (above[2] === undefined ? 0 : Number(above[2]) + 1) }
  const relative = `${own}\\.relative_to\\([\\w.'"/]+\\)\\.parts\\[(:?)(\\d{1,2})\\]`
  const depth = new RegExp(`^(?:\\w+\\.)?Path\\([\\w.'"/]+,\\*?${relative}\\)$`).exec(text)
  if (depth === null) return undefined
  const levels = Number(depth[2]) + (depth[1] === ':' ? 0 : 1)
  return levels > 0 ? { kind: 'depth', depth: levels } : undefined
}
