/** The style of the page: dark, with a light one for paper. Nothing is fetched. */
export const pageStyle = `
:root { --bg: #181818; --card: #242424; --line: #444; --dim: #a4a4a4; --text: #f4f4f4; --cyan: #7ec4cf; --green: #8bd155; --red: #f77e70; color-scheme: dark }
@media print { :root { --bg: #fff; --card: #fff; --line: #999; --dim: #444; --text: #000; --cyan: #0b5563; --green: #2c6410; --red: #a3200f; color-scheme: light } .screen { display: none !important } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 78rem; background: var(--bg); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 0; font-size: 1.7rem; overflow-wrap: anywhere }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem }
p { margin: .3rem 0 }
a { color: var(--cyan) }
:focus-visible { outline: 2px solid var(--cyan); outline-offset: 2px }
.skip { position: absolute; left: -99rem }
.skip:focus { position: static }
.dim { color: var(--dim) }
.good { color: var(--green) }
.bad { color: var(--red) }
.folder { color: var(--cyan) }
code, .name, pre { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; padding: 0 }
.counts div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem }
.counts dt { color: var(--dim); font-size: .85rem }
.counts dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; color: var(--dim) }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--dim); font-weight: 500; font-size: .85rem; white-space: nowrap }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.bar { display: block; width: 8rem; height: .6rem; margin-top: .45rem; background: var(--line) }
.bar .g { fill: var(--green) }
.bar .r { fill: var(--red) }
.frames { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none }
.frames > li { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .75rem }
.strip { display: flex; gap: .4rem; margin-top: .5rem }
.strip > * { flex: 1 1 0; min-width: 0; height: 5.5rem; margin: 0 }
.strip img { width: 100%; height: 100%; object-fit: contain; background: #000; display: block }
.none { display: grid; place-items: center; height: 100%; border: 1px dashed var(--line); color: var(--dim); font-size: .75rem; text-align: center; padding: .2rem }
.tree ul { list-style: none; margin: 0; padding-left: 1.1rem; border-left: 1px solid var(--line) }
.tree > ul { padding-left: 0; border: 0 }
.tree li { margin: .1rem 0 }
summary { cursor: pointer; overflow-wrap: anywhere }
.tools { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin-bottom: .75rem }
input, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--dim); border-radius: 4px; padding: .35rem .6rem; max-width: 100% }
[hidden] { display: none !important }
.problem { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--red); border-radius: 4px; padding: .6rem .9rem; margin: .6rem 0 }
.problem h3 { margin: 0; font-weight: 600 }
.problem ul { margin: .4rem 0 0; padding-left: 1.1rem }
.problem li { margin: .4rem 0 }
pre { margin: 0; white-space: pre; overflow-x: auto }
mark { background: none; color: var(--red); text-decoration: underline; text-underline-offset: .2em; font-weight: 700 }
@media print { details > * { display: revert } .problem, .frames > li { break-inside: avoid } }
`

/** Filters the tree by words and by validity; without scripts the tree is whole and the tools stay hidden. */
export const pageScript = `
const tools = document.getElementById('tools'), box = document.getElementById('filter'), wrong = document.getElementById('wrong')
const items = [...document.querySelectorAll('#tree li')].map(item => ({ item, details: item.firstElementChild, isFolder: item.firstElementChild.tagName === 'DETAILS', text: (item.dataset.path || '').toLowerCase(), bad: item.dataset.valid === 'no' }))
const state = document.getElementById('found')
function filter() {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), isOn = words.length > 0 || wrong.checked
  const shown = new Set()
  let count = 0
  for (let index = items.length - 1; index >= 0; index--) {
    const { item, details, isFolder, text, bad } = items[index]
    const fits = isFolder ? shown.has(item) : text !== '' && words.every(word => text.includes(word)) && (bad || !wrong.checked)
    item.hidden = isOn && !fits
    if (isFolder && isOn) details.open = fits
    if (!isOn || !fits) continue
    if (!isFolder) count++
    const parent = item.parentElement.closest('li')
    if (parent) shown.add(parent)
  }
  state.textContent = isOn ? count + ' found' : ''
}
let timer
box.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(filter, 120) })
wrong.addEventListener('change', filter)
document.getElementById('open').addEventListener('click', () => { for (const { details, isFolder } of items) if (isFolder) details.open = true })
document.getElementById('close').addEventListener('click', () => { for (const { details, isFolder } of items) if (isFolder) details.open = false })
tools.hidden = false
`
