// The native half, for this platform: out of its own package `@ringback/PLATFORM`, or out of the folder `prebuilt` of this one.
'use strict'

const path = require('node:path')

/** The name of this platform, as packages are named. */
function platform() {
  const { platform, arch } = process
  if (platform !== 'linux') return `${platform}-${arch}`
  const isGlibc = process.report?.getReport?.().header?.glibcVersionRuntime !== undefined
  return `${platform}-${arch}-${isGlibc ? 'gnu' : 'musl'}`
}

/** Where a file of the native half lies, most likely place first. */
function places(file) {
  const name = platform()
  const found = []
  try {
    found.push(path.join(path.dirname(require.resolve(`@ringback/${name}/package.json`)), file))
  } catch {
    // It is not installed; there is the other place.
  }
  found.push(path.join(__dirname, '..', 'prebuilt', name, file))
  return found
}

/** Loads the native half. */
function load() {
  const failures = []
  for (const place of places('ringback.node')) {
    try {
      return require(place)
    } catch (error) {
      failures.push(error.message.split('\n')[0])
    }
  }
  throw new Error(
    `ringback has no native half for ${platform()}: install the package @ringback/${platform()}, ` +
      `or build it with \`npm run build\`.\n${failures.join('\n')}`,
  )
}

module.exports = { load, places, platform }
