#!/usr/bin/env node
// The command `ringback`: a program of its own, which comes with the native half.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const { places, platform } = require('../lib/native.js')

const name = process.platform === 'win32' ? 'ringback.exe' : 'ringback'
const found = places(name).find(place => fs.existsSync(place))
if (found === undefined) {
  console.error(`ringback has no command for ${platform()}: install the package @ringback/${platform()}`)
  process.exit(1)
}

const child = spawn(found, process.argv.slice(2), { stdio: 'inherit' })
child.on('error', error => {
  console.error(`${found}: ${error.message}`)
  process.exit(1)
})
// What this process is told to do, the command does, and decides by itself when it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? 128 + os.constants.signals[signal]))
