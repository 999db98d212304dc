// Writes dist/: loader.js, app.html, demo.html and, with a hash of their content in the name, the files they use.
// Fails when a budget is exceeded.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const BUDGET = { loader: 2 * 1024, app: 25 * 1024 }; // bytes, gzipped
const here = new URL('.', import.meta.url).pathname;
const dist = `${here}dist/`;
const common = { bundle: true, write: false, minify: true, charset: 'utf8', target: ['es2021', 'safari15.4'], logLevel: 'warning' };

const text = async (options) => (await build({ ...common, ...options })).outputFiles[0].text;
/** Style sheets that a script carries as text, minified as the others are. */
const cssAsText = {
  name: 'css-as-text',
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => ({ contents: (await text({ entryPoints: [path] })).trim(), loader: 'text' }));
  },
};

const files = {
  'loader.js': await text({ entryPoints: [`${here}src/loader.ts`], format: 'iife', plugins: [cssAsText] }),
  'app.js': await text({ entryPoints: [`${here}src/app.ts`], format: 'esm', legalComments: 'eof' }),
  'app.css': await text({ entryPoints: [`${here}src/app.css`] }),
  'demo.css': await text({ entryPoints: [`${here}src/demo.css`] }),
};

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const manifest = {};
for (const [name, content] of Object.entries(files)) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  manifest[name] = name === 'loader.js' ? name : name.replace('.', `.${hash}.`);
  writeFileSync(dist + manifest[name], content);
}
for (const page of ['app.html', 'demo.html']) {
  const html = readFileSync(`${here}src/${page}`, 'utf8').replace(/\{\{(.+?)\}\}/g, (_, name) => manifest[name]);
  manifest[page] = page;
  writeFileSync(dist + page, html);
}
writeFileSync(`${dist}manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);

const size = (...names) => names.reduce((sum, name) => sum + gzipSync(files[name], { level: 9 }).length, 0);
const sizes = { loader: size('loader.js'), app: size('app.js', 'app.css') };
for (const [what, bytes] of Object.entries(sizes)) {
  console.log(`${what}: ${bytes} of ${BUDGET[what]} bytes gzipped`);
  if (bytes > BUDGET[what]) process.exitCode = 1;
}
if (process.exitCode) console.error('A budget is exceeded.');
