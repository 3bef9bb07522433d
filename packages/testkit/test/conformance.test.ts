import { conformance, memory, memoryNative, memoryReadOnly, memorySequential } from '../src/index.ts'
import { memorySetup } from './setups.ts'

conformance({ plugin: memory, setups: [memorySetup({ plugin: 'memory' })] })

conformance({
  plugin: memorySequential,
  setups: [
    memorySetup({
      plugin: 'memorySequential',
      rules: { case: 'preserving', unicode: 'nfc', forbidden: '\\:*?"<>|', fileAndFolder: false },
    }),
  ],
})

conformance({ plugin: memoryNative, setups: [memorySetup({ plugin: 'memoryNative' })] })

conformance({ plugin: memoryReadOnly, setups: [memorySetup({ plugin: 'memoryReadOnly' })] })
