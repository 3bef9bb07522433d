import { posix } from 'node:path'
import { defineConfig, type DefaultTheme } from 'vitepress'

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start here',
    items: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Concepts', link: '/concepts' },
    ],
  },
  {
    text: 'Assets',
    items: [
      { text: 'Naming', link: '/naming' },
      { text: 'Specifications', link: '/specifications' },
      { text: 'Traits', link: '/traits' },
      { text: 'Inferring and importing', link: '/inferring-and-importing' },
      { text: 'Querying', link: '/querying' },
      { text: 'Staging and export', link: '/staging-and-export' },
      { text: 'Configuration', link: '/configuration' },
    ],
  },
  {
    text: 'Files',
    items: [
      { text: 'Copying', link: '/copying' },
      { text: 'Syncing', link: '/syncing' },
      { text: 'Sharing', link: '/sharing' },
    ],
  },
  {
    text: 'Clients',
    items: [
      { text: 'Installing clients', link: '/installing-clients' },
      { text: 'Logging in', link: '/logging-in' },
      { text: 'Disk', link: '/clients/disk' },
      { text: 'S3', link: '/clients/s3' },
      { text: 'Azure Blob Storage', link: '/clients/azure' },
      { text: 'OpenStack Swift', link: '/clients/swift' },
      { text: 'Google Drive', link: '/clients/drive' },
      { text: 'Dropbox', link: '/clients/dropbox' },
      { text: 'Girder', link: '/clients/girder' },
    ],
  },
  {
    text: 'Migrating',
    items: [
      { text: 'From Hidebound', link: '/from-hidebound' },
      { text: 'From sregistry-cli', link: '/from-sregistry' },
    ],
  },
  {
    text: 'Development',
    items: [
      { text: 'Clients in programs', link: '/programs' },
      { text: 'Writing a client', link: '/writing-a-client' },
      { text: 'Architecture', link: '/architecture' },
      { text: 'Decisions', link: '/decisions/' },
      { text: 'Testing', link: '/testing' },
      { text: 'Benchmarks', link: '/benchmarks' },
    ],
  },
]

const reference: DefaultTheme.SidebarItem[] = [
  {
    text: 'Reference',
    items: [
      { text: 'Commands', link: '/reference/commands' },
      { text: 'Settings', link: '/reference/settings' },
      { text: 'What each client can do', link: '/reference/capabilities' },
      { text: 'Errors', link: '/reference/errors' },
      { text: 'Keys of fairlead.yaml', link: '/reference/configuration' },
    ],
  },
  {
    text: 'Interfaces',
    items: [
      { text: '@fairlead/core', link: '/reference/api/core' },
      { text: '@fairlead/core/host', link: '/reference/api/core-host' },
      { text: '@fairlead/testkit', link: '/reference/api/testkit' },
    ],
  },
]

/** What pages write as HTML. */
const elements = /^<(!--|\/?(a|br|img|kbd|p|sub|sup|table|td|th|tr)\b)/

/** The site: navigation, a search that needs no server, and a build that a dead link ends. */
export default defineConfig({
  title: 'Fairlead',
  description: 'Name data assets, check them, move them to any store, find them again, share them.',
  cleanUrls: true,
  // What readers of the source follow to folders and schemas is checked with all other links of Markdown.
  ignoreDeadLinks: [/\.json$/, /\/schemas\//],
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/getting-started', activeMatch: '^/(?!reference/)' },
      { text: 'Reference', link: '/reference/commands', activeMatch: '^/reference/' },
    ],
    sidebar: { '/': guide, '/reference/': reference },
    search: { provider: 'local' },
    outline: [2, 3],
  },
  markdown: {
    config(markdown) {
      // Curly braces of templates are text here, not expressions of Vue.
      const { rules } = markdown.renderer
      const { text, code_inline: code } = rules
      rules.text = (...all) => (text?.(...all) ?? '').replaceAll('{{', '&#123;&#123;')
      // Nor is <name> an element, which Vue would want to have an end.
      rules.html_inline = (tokens, index) => {
        const content = tokens[index]?.content ?? ''
        return elements.test(content) ? content : content.replaceAll('<', '&lt;')
      }
      rules.code_inline = (...all) => (code?.(...all) ?? '').replaceAll('{{', '&#123;&#123;')
      // What lies outside of this folder is not on the site: its name stays, as text.
      markdown.core.ruler.push('outside', ({ tokens, env }) => {
        const { relativePath = '' }: { relativePath?: string } = env
        for (const children of tokens.flatMap(token => (token.children === null ? [] : [token.children]))) {
          let outside = false
          for (const token of children) {
            const target = token.type === 'link_open' ? token.attrGet('href') : null
            if (target !== null)
              outside = !/^[a-z]+:|^#|^\//i.test(target) && posix.join(posix.dirname(relativePath), target).startsWith('..')
            if (outside && token.type.startsWith('link_')) token.tag = 'span'
            if (outside && token.type === 'link_open') token.attrs = []
            if (token.type === 'link_close') outside = false
          }
        }
      })
    },
  },
})
