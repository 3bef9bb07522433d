import { describe, expect, test } from 'vitest'
import { rename, renameCommands } from '../src/rename.ts'

const acme = { name: '@me/fairlead-client-acme', scheme: 'acme-store', title: 'Acme & Co' }

describe('the template', () => {
  test.each([
    ["package: '@fairlead/client-shelf'", "package: '@me/fairlead-client-acme'"],
    ["name: 'shelf',", "name: 'acme-store',"],
    ["title: 'Shelf',", "title: 'Acme & Co',"],
    ['export const shelf = definePlugin({', 'export const acmeStore = definePlugin({'],
    ["export: 'shelf'", "export: 'acmeStore'"],
    ['class ShelfConnection', 'class AcmeStoreConnection'],
    ['toShelfError', 'toAcmeStoreError'],
    ['SHELF_API_KEY', 'ACME_STORE_API_KEY'],
    ["'x-shelf-sha256'", "'x-acme-store-sha256'"],
    ['https://shelf.example/v1', 'https://acme-store.example/v1'],
    ['client add my-files shelf --set', 'client add my-files acme-store --set'],
    ['The client for Shelf.', 'The client for Acme & Co.'],
  ])('says %s in the names of the new client', (text, renamed) => {
    expect(rename(text, acme)).toBe(renamed)
  })

  test('is said once: names that hold those of the made-up service stay whole', () => {
    const text = "'@fairlead/client-shelf' name: 'shelf', Shelf ShelfService shelf SHELF_URL"
    const names = { name: 'fairlead-client-book-shelf-two', scheme: 'book-shelf-two', title: 'my shelf, the Shelf' }
    expect(rename(text, names)).toBe(
      "'fairlead-client-book-shelf-two' name: 'book-shelf-two', my shelf, the Shelf BookShelfTwoService bookShelfTwo BOOK_SHELF_TWO_URL",
    )
  })

  test('names commands of the package manager', () => {
    const text = '`npm test`, `npm run readme`, `npx fairlead client check`'
    expect(renameCommands(text, 'npm')).toBe(text)
    expect(renameCommands(text, 'pnpm')).toBe('`pnpm test`, `pnpm run readme`, `pnpm exec fairlead client check`')
    expect(renameCommands(text, 'yarn')).toBe('`yarn test`, `yarn readme`, `yarn fairlead client check`')
  })
})
