import type { Launch } from './launch.ts';
import type { Shell } from './shell.ts';

/** What a shell hands on to a program that it begins. */
export const surroundings = (shell: Shell): Launch => ({
  host: shell.host,
  toolbox: shell.toolbox,
  uid: shell.uid,
  cwd: shell.directory,
  umask: shell.umask,
  files: shell.files,
  env: shell.environment(),
});
