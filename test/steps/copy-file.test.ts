import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { copyFile } from '../../src/steps/copy-file.ts';
import { api, bound, onWorker } from './values.ts';

const content = 'vm.swappiness = 1\n';
const path = '/etc/sysctl.d/90-mine.conf';
const wish = { from: '90-mine.conf', content, path };
const step = bound(copyFile, wish, onWorker());
const secret = bound(copyFile, { ...wish, secret: true, mode: '0600', owner: '4242:ops' }, onWorker());

const there = {
  kind: 'file',
  mode: '644',
  user: 'root',
  group: 'root',
  uid: '0',
  gid: '0',
  sha256: 'ab'.repeat(32),
  diff: '--- live\n+++ wished\n@@ -1 +1 @@\n-vm.swappiness = 60\n+vm.swappiness = 1\n',
};
/** By sha256sum(1), not by what the step says. */
const same = {
  ...there,
  diff: '',
  sha256: 'e41ffe89ebb3e543f1c53aa30d9aa556086463ba07a657499c2f95be09664d5d',
};

describe('copy-file', () => {
  it('what is not there is put there', () => {
    expect(step.check({ file: { kind: 'absent' } })).toEqual(needed(`put 18 bytes in ${path}`));
  });

  it('what is as it should be stays', () => expect(step.check({ file: same })).toEqual(satisfied));

  it('another content is shown as a difference', () => {
    expect(step.check({ file: there })).toEqual(
      needed(
        `another content in ${path}`,
        '--- live',
        '+++ wished',
        '@@ -1 +1 @@',
        '-vm.swappiness = 60',
        '+vm.swappiness = 1',
      ),
    );
  });

  it('of a secret nothing is shown, and only its digest is asked for', () => {
    expect(secret.check({ file: { ...there, diff: '', uid: '4242', group: 'ops', mode: '600' } })).toEqual(
      needed(`another content in ${path} (not shown)`),
    );
    const asked = [step, secret].map(({ facts: { file } }) =>
      file?.source.kind === 'command' ? file.source.command(api).stdin : 'none',
    );
    expect(asked).toEqual([content, undefined]);
  });

  it('mode and owner count, an owner by its number too', () => {
    expect(step.check({ file: { ...same, mode: '4755', user: 'ops', uid: '1000' } })).toEqual(
      needed('mode 4755 → 644', 'owner ops:root → root:root'),
    );
    const own = { ...same, mode: '600', user: 'UNKNOWN', uid: '4242', group: 'ops', gid: '1000' };
    expect(secret.check({ file: own })).toEqual(satisfied);
  });

  it.each([
    [
      'link',
      blocked(
        `${path} is a link: what it leads to may be anybody's`,
        'name the file itself under `path:`, or remove the link',
      ),
    ],
    ['other', blocked(`${path} is there, and no file`, 'name another file under `path:`')],
    [
      'no-directory',
      blocked(
        `${path} has no place: its directory is not there`,
        'mkdir -p /etc/sysctl.d, or make it with a run-command before this step',
      ),
    ],
  ])('%s', (kind, verdict) => expect(step.check({ file: { kind } })).toEqual(verdict));

  it('sends the content on standard input, never to be recorded; no plan holds it', () => {
    const [action] = secret.apply({}, api);
    expect(action).toMatchObject({ do: 'exec', command: { stdin: content, secret: true, effect: 'write' } });
    expect(action?.do === 'exec' ? action.command.argv.slice(4) : []).toEqual([path, '0600', '4242:ops', '18']);
    expect(secret.with).toEqual({ from: '90-mine.conf', path, mode: '0600', owner: '4242:ops', secret: true });
  });

  it.each([
    [{ path: 'etc/x' }, 'the whole path of a file'],
    [{ path: '/etc/../x' }, 'the whole path of a file'],
    [{ path: '/etc//x' }, 'the whole path of a file'],
    [{ path: '/etc/' }, 'the whole path of a file'],
    [{ path: '/var/lib/nodeops/epoch' }, 'the whole path of a file'],
    [{ mode: '999' }, 'a mode in quotes'],
    [{ mode: '44' }, 'a mode in quotes'],
    [{ mode: '1644x' }, 'a mode in quotes'],
    [{ owner: 'root' }, 'USER:GROUP'],
    [{ owner: 'root:--reference' }, 'USER:GROUP'],
  ])('refuses %j', (change, why) => expect(() => bound(copyFile, { ...wish, ...change }, onWorker())).toThrow(why));
});
