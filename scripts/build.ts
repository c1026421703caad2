import { chmodSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Compiles src/ to dist/ anew: what was deleted in src does not live on. */
rmSync(`${root}/dist`, { recursive: true, force: true });
execFileSync(`${root}/node_modules/.bin/tsc`, ['--project', `${root}/tsconfig.build.json`], { stdio: 'inherit' });
chmodSync(`${root}/dist/main.js`, 0o755);
