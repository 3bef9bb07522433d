import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'

const left = /(^|\/)(node_modules|dist|\.[^/]+|demo)(\/|$)/

/** Every page of Markdown that users read, by path from the root. */
function markdownFiles(root: string): readonly string[] {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
      const path = join(folder, entry.name)
      if (left.test(path)) return []
      return entry.isDirectory() ? below(path) : entry.name.endsWith('.md') ? [path] : []
    })
  return below('').toSorted()
}

/** A page without its code, in which nothing is a link. */
const prose = (text: string): string => text.replaceAll(/^( *)(```+)[^]*?^\1\2$/gm, '').replaceAll(/`[^`\n]*`/g, '')

/** What a heading is called in an address: https://github.com/Flet/github-slugger has the same rules. */
const slug = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*]/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

function anchors(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [, heading = ''] of text.replaceAll(/^( *)(```+)[^]*?^\1\2$/gm, '').matchAll(/^#{1,6} +(.*)$/gm)) {
    const name = slug(heading)
    let unique = name
    for (let count = 1; found.has(unique); count += 1) unique = `${name}-${count}`
    found.add(unique)
  }
  return found
}

/** Links to pages, sections and files that are not there. Nothing is asked of the network. */
export function deadLinks(root: string, files: readonly string[] = markdownFiles(root)): readonly string[] {
  return files.flatMap(file => {
    const text = prose(readFileSync(join(root, file), 'utf8'))
    const targets = [...text.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g), ...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, target = '']) => target,
    )
    return targets
      .filter(target => !/^[a-z]+:/i.test(target))
      .flatMap(target => {
        const [path = '', anchor] = target.split('#')
        const goal = path === '' ? file : normalize(join(dirname(file), path))
        const absolute = join(root, goal)
        if (relative(root, absolute).startsWith('..') || !existsSync(absolute)) return [`${file}: ${target}: there is no ${goal}`]
        if (anchor === undefined || statSync(absolute).isDirectory() || !goal.endsWith('.md')) return []
        return anchors(readFileSync(absolute, 'utf8')).has(anchor) ? [] : [`${file}: ${target}: ${goal} has no such section`]
      })
  })
}
