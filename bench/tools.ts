import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is compared with, in these versions: later ones may be faster. */
const packages = ['ansible-core==2.19.14', 'pyinfra==3.10.0'] as const;

const place = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nodeops-bench');

/** A Python environment with Ansible and pyinfra, made once; its folder of programs. Needs python3 with venv. */
export const pythonTools = (tell: (text: string) => void): string => {
  const bin = join(place, 'bin');
  const stamp = join(place, packages.join(','));
  if (existsSync(stamp)) return bin;
  tell(`installing ${packages.join(', ')} …\n`);
  execFileSync('python3', ['-m', 'venv', '--clear', place], { stdio: 'inherit' });
  execFileSync(join(bin, 'pip'), ['install', '--quiet', ...packages], { stdio: 'inherit' });
  writeFileSync(stamp, '');
  return bin;
};
