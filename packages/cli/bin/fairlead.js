#!/usr/bin/env node
// Written for any Node: what is imported below needs a new one, and says so in a worse way.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `fairlead needs Node 24.15 or newer, and this is Node ${process.versions.node}: install a newer one from https://nodejs.org.\n`,
  )
  process.exit(2)
}
const { enableCompileCache } = await import('node:module')
const { homedir } = await import('node:os')
const { isAbsolute, join, resolve } = await import('node:path')

/** The cache folder of this machine, by the same rules as everything else; kept here so that nothing is loaded before the cache is on. */
function compileCacheFolder({ FAIRLEAD_HOME: own, XDG_CACHE_HOME: cache, HOME: home, USERPROFILE: profile }) {
  if (own) return join(resolve(own), 'cache', 'compiled')
  return join(cache && isAbsolute(cache) ? cache : join(home || profile || homedir(), '.cache'), 'fairlead', 'compiled')
}

// A cache that can't be written is done without.
if (!process.env.NODE_DISABLE_COMPILE_CACHE) enableCompileCache(process.env.NODE_COMPILE_CACHE || compileCacheFolder(process.env))
const { main } = await import('../dist/main.js')
await main(process.argv.slice(2))
