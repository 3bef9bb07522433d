#!/usr/bin/env node
// Written for any Node: what is imported below needs a new one, and says so in a worse way.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `create-client needs Node 24.15 or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  )
  process.exit(2)
}
const { main } = await import('../dist/main.js')
process.exitCode = await main(process.argv.slice(2))
