// Only what is built with installed packages uses this: they are there by then.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a compiled file imports. */
const importedName = /\bfrom ['"]([^'"]+)['"]|\bimport ['"]([^'"]+)['"]/gu;

/**
 * Puts the packages that the compiled tree imports beside it as a few files instead of 2,800. An app
 * then starts with a third of the work, and the tests start apps some hundred times. The code of the
 * packages is the same; our own stays as it was compiled.
 * @param root of the repository, where the packages are installed
 * @param buildRoot of the compiled tree; the bundles come into its `node_modules`
 */
export async function bundlePackages(root, buildRoot) {
  const folder = join(buildRoot, 'node_modules');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const sources = ['apps', 'libs', 'test'].map((name) => join(buildRoot, name));
  const names = importedIn(sources).filter(
    (name) => packageOf(name) in dependencies && !whole.has(packageOf(name)),
  );
  const stamp = join(folder, '.bundled');
  const state = createHash('sha256')
    .update(JSON.stringify([names, process.version]))
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(readFileSync(new URL(import.meta.url)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  rmSync(folder, { recursive: true, force: true });
  const entryOf = (name) => join(folder, '.entries', `${name}.mjs`);
  for (const name of names) writeFile(entryOf(name), await sameNames(name));
  const { build } = await import('esbuild');
  await build({
    entryPoints: names.map((name) => ({ in: entryOf(name), out: join(name, 'index') })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: '.chunks/[hash]',
    bundle: true,
    splitting: true,
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    banner: { js: namesOfCommonJs },
    plugins: [missingStayOutside],
  });
  rmSync(join(folder, '.entries'), { recursive: true });
  for (const name of new Set(names.map(packageOf))) {
    const ways = names.filter((each) => packageOf(each) === name);
    const exports = ways.map((way) => [`.${way.slice(name.length)}`, inPackage(way, name)]);
    const manifest = { name, type: 'module', exports: Object.fromEntries(exports) };
    writeFile(join(folder, name, 'package.json'), JSON.stringify(manifest));
  }
  writeFile(stamp, state);
}

/**
 * Stays as it is installed: what it exports is an object of a class, and a bundle hands out a copy
 * of it, which its methods then take for the object.
 */
const whole = new Set(['mongoose']);

/** What a CommonJS file finds beside its code. */
const namesOfCommonJs = [
  `import { createRequire as requireOfBundle } from 'node:module';`,
  `import { fileURLToPath as pathOfBundle } from 'node:url';`,
  `const require = requireOfBundle(import.meta.url);`,
  `const __filename = pathOfBundle(import.meta.url);`,
  `const __dirname = pathOfBundle(new URL('.', import.meta.url));`,
].join('');

/** Packages ask for others that may be there: in vain here as where they are installed. */
const missingStayOutside = {
  name: 'missing-stay-outside',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked') return undefined;
      if (whole.has(path)) return { path, external: true };
      const found = await resolve(path, { ...from, pluginData: 'asked' });
      return found.errors.length > 0 ? { path, external: true } : found;
    });
  },
};

/** @returns the source of a module that exports what Node finds in the package, CommonJS or not */
async function sameNames(name) {
  const names = Object.keys(await import(name)).filter((each) => each !== 'module.exports');
  return `export { ${names.join(', ')} } from ${JSON.stringify(name)};`;
}

function packageOf(name) {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function inPackage(way, name) {
  return `.${way.slice(name.length)}/index.mjs`;
}

function writeFile(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function importedIn(folders) {
  const names = new Set();
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      if (!entry.name.endsWith('.js')) continue;
      const imports = readFileSync(path, 'utf8').matchAll(importedName);
      for (const [, from, alone] of imports) names.add(from ?? alone);
    }
  };
  folders.forEach(visit);
  return [...names].toSorted();
}
