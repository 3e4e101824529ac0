// Lays out what is published: the package, and beside it one for each platform that was built, into `dist/`.
//
// The package names all platforms as optional dependencies of its own version, so that npm installs the one that fits and nothing
// is downloaded afterwards.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = join(dirname(fileURLToPath(import.meta.url)), '..')
const read = file => JSON.parse(readFileSync(join(here, file), 'utf8'))
const write = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)

const main = read('package.json')
const platforms = readdirSync(join(here, 'npm'))
rmSync(join(here, 'dist'), { recursive: true, force: true })

const built = platforms.filter(platform => existsSync(join(here, 'prebuilt', platform)))
for (const platform of built) {
  const folder = join(here, 'dist', '@ringback', platform)
  mkdirSync(folder, { recursive: true })
  const { version, license, repository, engines } = main
  write(join(folder, 'package.json'), { ...read(join('npm', platform, 'package.json')), version, license, repository, engines })
  cpSync(join(here, 'prebuilt', platform), folder, { recursive: true })
}

const folder = join(here, 'dist', main.name)
mkdirSync(folder, { recursive: true })
const { devDependencies, scripts, ...rest } = main
const files = main.files.filter(file => file !== 'prebuilt')
const optionalDependencies = Object.fromEntries(platforms.map(platform => [`@ringback/${platform}`, main.version]))
write(join(folder, 'package.json'), { ...rest, files, optionalDependencies })
for (const file of [...files, 'README.md']) cpSync(join(here, file), join(folder, file), { recursive: true })
console.log(`dist: ${main.name} for ${platforms.length} platforms, of which are built: ${built.join(', ')}`)
