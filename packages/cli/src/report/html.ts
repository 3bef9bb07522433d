import { createHash } from 'node:crypto'
import { formatBytes } from '@fairlead/core/host'
import { counted } from '../text.ts'
import type { Report } from './data.ts'
import { html } from './escape.ts'
import { bar, frameStrip, problemGroup, table, treeItems, verdict } from './html-parts.ts'
import { pageScript, pageStyle } from './style.ts'

const problemsEach = 20

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Only what this page itself holds may run or be shown, and it may ask nobody for anything. */
const policy = `default-src 'none'; img-src data:; style-src ${hashOf(pageStyle)}; script-src ${hashOf(pageScript)}; base-uri 'none'; form-action 'none'`

function section(id: string, title: string, content: string): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`
}

const number = (value: number): string => value.toLocaleString('en-US')

function counts({ counts: { files, assets, valid, invalid, unassigned, bytes } }: Report): string {
  const one = (name: string, value: string, style = '') => `<div><dt>${name}</dt><dd${style}>${value}</dd></div>`
  const wrong = (value: number) => (value > 0 ? ' class="bad"' : '')
  return `<dl class="counts">${[
    one('assets', number(assets)),
    one('valid', number(valid), ' class="good"'),
    one('invalid', number(invalid), wrong(invalid)),
    one('files', number(files)),
    one('of no asset', number(unassigned), wrong(unassigned)),
    one('size', formatBytes(bytes)),
  ].join('')}</dl>`
}

function tree(report: Report): string {
  const { tree: root } = report
  if (root.folders.length + root.leaves.length === 0) return '<p class="dim">The catalog is empty.</p>'
  const isSmall = root.valid + root.invalid <= 60
  return `<p class="dim"><span class="folder">folders</span>, <span class="good">✓ valid</span> and <span class="bad">✗ invalid</span> assets</p>
<div class="tools screen" id="tools" hidden><label>filter <input id="filter" type="search" placeholder="words of a path" autocomplete="off"></label>
<label><input id="wrong" type="checkbox"> only invalid</label><button id="open" type="button">open all</button><button id="close" type="button">close all</button><span id="found" class="dim" role="status"></span></div>
<div class="tree" id="tree">${treeItems(root, isSmall ? Infinity : 2)}</div>`
}

function problems({ problems: groups, moreProblems, rules }: Report): string {
  const byRule = table(
    ['kind', 'problems', 'assets'],
    rules.map(({ rule, problems: count, assets }) => [`<code>${html(rule)}</code>`, number(count), number(assets)]),
    1,
  )
  const more =
    moreProblems === 0
      ? ''
      : `<p class="dim">… and ${counted(moreProblems, 'more asset or file', 'more assets and files')}: fairlead update --all</p>`
  return (
    section('kinds', 'Errors by kind', byRule) +
    section('problems', 'Problems', groups.map(group => problemGroup(group, problemsEach)).join('\n') + more)
  )
}

/** The report as one HTML page that needs nothing else: no request leaves it, and no text from outside is markup. */
export function htmlReport(report: Report, made: Date): string {
  const specifications = table(
    ['specification', 'valid', 'invalid', 'files', 'size', ''],
    report.specifications.map(({ specification, valid, invalid, files, bytes }) => [
      `<code>${html(specification)}</code>`,
      `<span class="good">${number(valid)}</span>`,
      invalid === 0 ? '0' : `<span class="bad">${number(invalid)}</span>`,
      number(files),
      formatBytes(bytes),
      bar({ valid, invalid }),
    ]),
    1,
  )
  const newest = table(
    ['changed', 'asset', ''],
    report.newest.map(({ path, reference, valid, modified }) => [
      `<time datetime="${new Date(modified).toISOString()}">${new Date(modified).toISOString().slice(0, 16).replace('T', ' ')}</time>`,
      `<code>${html(reference ?? path)}</code>`,
      verdict(valid),
    ]),
  )
  const { valid, invalid, unassigned } = report.counts
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(report.project)}: ${valid} valid, ${invalid} invalid</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#tree-head">To the tree</a>
<header><h1>${html(report.project)}</h1><p class="dim"><code>${html(report.ingress)}</code>, ${made.toISOString().slice(0, 16).replace('T', ' ')} UTC</p></header>
<main>
${counts(report)}
${report.specifications.length > 0 ? section('specifications', 'By specification', specifications) : ''}
${report.frames.length > 0 ? section('frames', 'Frames', `<ul class="frames">${report.frames.map(frameStrip).join('\n')}</ul>`) : ''}
${section('tree-head', 'The tree', tree(report))}
${invalid + unassigned > 0 ? problems(report) : ''}
${report.newest.length > 0 ? section('newest', 'Newest', newest) : ''}
</main>
<script>${pageScript}</script>
</body>
</html>
`
}
