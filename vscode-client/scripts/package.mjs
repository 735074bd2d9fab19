// Makes the .vsix: `npm run package [-- --out FILE]`. The bundled libraries hold compiled code, so it is for one platform.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const client = dirname(import.meta.dirname);
const target = process.env.TORCHSPORE_TARGET ?? `${process.platform}-${process.arch}`;

if (!existsSync(join(client, 'bundled', 'libs', 'lsp_server'))) {
  console.error('package: bundled/libs holds no server; run "npm run bundle" first');
  process.exit(2);
}
const vsce = createRequire(join(client, 'package.json')).resolve('@vscode/vsce/vsce');
const { values } = parseArgs({ options: { out: { type: 'string', default: `torchspore-${target}.vsix` } } });
const out = resolve(client, values.out);
const arguments_ = [
  'package',
  '--no-dependencies',
  // The search for secrets takes minutes over the Python libraries. Everything in the package is either in the
  // repository, where it is public anyway, or straight from a package index.
  '--allow-package-all-secrets',
  '--allow-package-env-file',
  '--target',
  target,
];
const options = { cwd: client, stdio: 'inherit', env: { ...process.env, TORCHSPORE_TARGET: target } };
execFileSync(process.execPath, [vsce, ...arguments_, '--out', out], options);
execFileSync('python3', [join('scripts', 'seal.py'), out], options);
