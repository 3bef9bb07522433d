import { posix } from 'node:path'
import type { CatalogProblem, ProblemGroup } from '@fairlead/catalog'
import { printable } from '@fairlead/core'
import { textWidth } from '@fairlead/core/host'
import { counted } from '../text.ts'
import type { Frames, Shares, Thumbnail } from './data.ts'
import { html } from './escape.ts'
import type { TreeFolder, TreeLeaf } from './tree.ts'

/** Valid and invalid by a sign too: colour alone tells nothing to some readers. */
export function verdict(valid: boolean): string {
  return valid ? '<span class="good">✓ valid</span>' : '<span class="bad">✗ invalid</span>'
}

/** How much of something is valid, as a bar of two colours. */
export function bar({ valid, invalid }: Shares): string {
  const all = valid + invalid
  const good = all === 0 ? 0 : (valid / all) * 100
  return `<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${valid} of ${all} valid"><rect class="g" width="${good.toFixed(1)}" height="6"/><rect class="r" x="${good.toFixed(1)}" width="${(100 - good).toFixed(1)}" height="6"/></svg>`
}

/** A table; the cells are HTML, columns from `numbersFrom` on are numbers. */
export function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>, numbersFrom = Infinity): string {
  const cells = (tag: string, row: readonly string[]) =>
    row
      .map((cell, index) => `<${tag}${tag === 'th' ? ' scope="col"' : ''}${index >= numbersFrom ? ' class="number"' : ''}>${cell}</${tag}>`)
      .join('')
  return `<div class="wide"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${rows.map(row => `<tr>${cells('td', row)}</tr>`).join('\n')}</tbody></table></div>`
}

function leafItem({ name, path, valid, files }: TreeLeaf): string {
  const what = files === undefined ? 'belongs to no asset' : counted(files, 'file')
  return `<li data-path="${html(path)}" data-valid="${valid ? 'yes' : 'no'}"><span class="name ${valid ? 'good' : 'bad'}">${valid ? '✓' : '✗'} ${html(name)}</span> <span class="dim">${what}</span></li>`
}

function leftItem({ folders, valid, invalid }: TreeFolder['left']): string {
  const parts = [
    ...(folders > 0 ? [counted(folders, 'folder')] : []),
    ...(invalid > 0 ? [`${invalid} invalid`] : []),
    ...(valid > 0 ? [`${valid} valid`] : []),
  ]
  return parts.length === 0 ? '' : `<li><span class="dim">… and ${parts.join(', ')} more</span></li>`
}

/** The items of a folder; the folders above `openDepth` are open. */
export function treeItems(folder: TreeFolder, openDepth: number): string {
  const folders = folder.folders.map(inner => {
    const counts = `<span class="good">${inner.valid} ✓</span>${inner.invalid > 0 ? ` <span class="bad">${inner.invalid} ✗</span>` : ''}`
    return `<li><details${openDepth > 0 ? ' open' : ''}><summary><span class="name folder">${html(inner.name)}/</span> ${counts}</summary>${treeItems(inner, openDepth - 1)}</details></li>`
  })
  return `<ul>${[...folders, ...folder.leaves.map(leafItem), leftItem(folder.left)].join('\n')}</ul>`
}

function place(name: string, position: number): string {
  const before = name.slice(0, position)
  const [at = ''] = new Intl.Segmenter().segment(name.slice(position))[Symbol.iterator]().next().value?.segment ?? ''
  const found = name.slice(position, position + at.length)
  const caret = `${' '.repeat(textWidth(printable(before, Infinity)))}^`
  return `<pre>${html(before)}<mark>${html(found)}</mark>${html(name.slice(position + at.length))}\n<span class="bad" role="img" aria-label="wrong from character ${position + 1} on">${caret}</span></pre>`
}

function problemItem({ path, field, message, position, legalName }: CatalogProblem): string {
  const name = posix.basename(path)
  const where = position === undefined ? `<code>${html(name)}</code>` : place(name, position)
  const about = field === undefined || message.toLowerCase().includes(field) ? '' : `<strong>${html(field)}</strong>: `
  const legal = legalName === undefined ? '' : `<br>legal name: <code class="good">${html(legalName)}</code>`
  return `<li>${where} ${about}${html(message)}${legal}</li>`
}

/** What is wrong with one asset, or with one file that belongs to none. */
export function problemGroup({ asset, reference, problems }: ProblemGroup, most: number): string {
  const head = asset ?? problems[0]?.path ?? ''
  const note =
    asset === undefined
      ? '<span class="dim">belongs to no asset</span>'
      : reference === undefined
        ? ''
        : `<span class="dim">${html(reference)}</span>`
  const more = problems.length > most ? `<li class="dim">and ${problems.length - most} more here</li>` : ''
  return `<div class="problem"><h3 class="name bad">✗ ${html(head)}</h3>${note}<ul>${problems.slice(0, most).map(problemItem).join('\n')}${more}</ul></div>`
}

function thumbnail({ filename, uri, width, height, missing }: Thumbnail): string {
  const shown =
    uri === undefined
      ? `<div class="none" title="${html(filename)}">${html(missing ?? 'not shown')}</div>`
      : `<img src="${uri}" alt="${html(filename)}" title="${html(filename)}" width="${width ?? 160}" height="${height ?? 160}">`
  return `<figure>${shown}</figure>`
}

/** The frames of an asset side by side. */
export function frameStrip({ path, valid, thumbnails }: Frames): string {
  const name = `<span class="name ${valid ? 'good' : 'bad'}">${valid ? '✓' : '✗'} ${html(posix.basename(path))}</span>`
  return `<li>${name}<div class="strip">${thumbnails.map(thumbnail).join('')}</div></li>`
}
