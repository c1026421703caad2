import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

export interface TestUser {
  readonly name: string;
  readonly password: string;
  /** Replaces the user's sudo rule; undefined takes it away. */
  allowSudo(rule: string | undefined): void;
  remove(): void;
}

/** A user of this machine for the length of a test file. */
export const makeUser = (purpose: string): TestUser => {
  const name = `nodeops-${purpose}-${process.pid}`;
  const password = `Pw ${process.pid} 'quoted" $x`;
  const rules = `/etc/sudoers.d/${name}`;
  execFileSync('useradd', ['--create-home', '--shell', '/bin/sh', name]);
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const allowSudo = (rule: string | undefined): void => {
    if (rule === undefined) rmSync(rules, { force: true });
    else writeFileSync(rules, `${name} ${rule}\n`, { mode: 0o440 });
  };
  return {
    name,
    password,
    allowSudo,
    remove: () => {
      allowSudo(undefined);
      // --force: a session of the user may take a moment to end.
      execFileSync('userdel', ['--force', '--remove', name], { stdio: 'ignore' });
    },
  };
};
