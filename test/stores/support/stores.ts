import { azureStore } from './azure.ts'
import { s3Store } from './s3.ts'
import type { StoreKind } from './store.ts'
import { swiftStore } from './swift.ts'

/** Every object store, on its real server. */
export const stores: readonly StoreKind[] = [s3Store, azureStore, swiftStore]
