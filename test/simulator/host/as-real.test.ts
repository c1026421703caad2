import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quoteWords } from '../../../src/commands/quote.ts';
import { SimulatorGap } from '../../../src/simulator/gap.ts';
import { compareDebVersions } from '../../../src/simulator/host/deb-version.ts';
import { recordedKey, repositoryKey } from '../../../src/simulator/host/repository-key.ts';
import { dfTable } from '../../../src/simulator/tools/host/df.ts';
import { recorded } from '../../facts/recorded.ts';
import { benchHost, byPerson } from './bench-host.ts';

const installed = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

const versions = [
  '1.36.3-1.1',
  '1.36.3-1.2',
  '1.36.10-1.1',
  '1.36.3',
  '1.36.3~rc.1-1.1',
  '1.36.3+dfsg-1',
  '1:0.1',
  '1.6.20~ds1-1+deb12u3',
  '1.6.20~ds1-1',
  '1.6.20',
  '2.2.0-1~debian.12~bookworm',
  '00-1.0',
  '0-1',
];

describe.runIf(installed('dpkg'))('dpkg --compare-versions', () => {
  it('orders versions as the real one', () => {
    const differ = versions.flatMap((a) =>
      versions.flatMap((b) => {
        const real = (relation: string): boolean =>
          spawnSync('dpkg', ['--compare-versions', a, relation, b]).status === 0;
        const expected = real('lt') ? -1 : Number(real('gt'));
        return Math.sign(compareDebVersions(a, b)) === expected ? [] : [`${a} ${b}`];
      }),
    );
    expect(differ).toEqual([]);
  }, 60_000);
});

const home = mkdtempSync(join(tmpdir(), 'nodeops-gpg-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const gpgWords = ['--no-options', '--quiet', '--batch', '--show-keys', '--with-colons'];

const show = (key: string): string => {
  const bench = benchHost();
  bench.host.files.write('/tmp/key', key, byPerson);
  return bench.run(`gpg ${quoteWords(['--homedir', '/tmp/home', ...gpgWords])} < /tmp/key`).out;
};

describe('gpg --show-keys', () => {
  it('shows the key of the lab as it was recorded there', () => {
    const found = recorded('repository-key').find(({ name }) => name === 'control-plane');
    const listed = found?.output.stdout.split('\n').flatMap((line) => (line.startsWith('>') ? [line.slice(1)] : []));
    expect(show(recordedKey)).toBe(`${listed?.join('\n') ?? ''}\n`);
  });

  it.runIf(installed('gpg'))('shows it as the real one', () => {
    const input = Buffer.from(recordedKey, 'latin1');
    const real = execFileSync('gpg', ['--homedir', home, ...gpgWords], { input, encoding: 'latin1', stdio: 'pipe' });
    expect(show(recordedKey)).toBe(real);
  });

  it.each([
    ['never', undefined, 'pub:-:3072:1:', '::'],
    ['later', Date.UTC(2026, 11, 29), 'pub:-:3072:1:', ':1798502400:'],
    ['before', Date.UTC(2026, 0, 31), 'pub:e:3072:1:', ':1769817600:'],
  ])('a key that expires %s', (_when, expiresAt, start, date) => {
    const [line = ''] = show(repositoryKey(expiresAt)).split('\n');
    expect(line.startsWith(start)).toBe(true);
    expect(line).toContain(`:1740787200${date}`);
  });
});

describe('df', () => {
  it('lays its columns out as the recorded one', () => {
    const row = ['/dev/vda', '270553174016', '30941499392', '66851794944', '32%', '/'] as const;
    expect(dfTable([row])).toBe(
      'Filesystem         1-blocks        Used   Available Capacity Mounted on\n/dev/vda       270553174016 30941499392 66851794944      32% /\n',
    );
  });
});

const sudoCases: readonly {
  readonly name: string;
  readonly asks?: boolean;
  readonly line: string;
  readonly stdin?: string;
  readonly is: { readonly code: number; readonly out: string; readonly err: string };
}[] = [
  { name: 'without a password', line: 'sudo -n -- id -u', is: { code: 0, out: '0\n', err: '' } },
  {
    name: 'that asks, and nobody is there',
    asks: true,
    line: 'sudo -n -- id -u',
    is: { code: 1, out: '', err: 'sudo: a password is required\n' },
  },
  {
    name: 'with a password on standard input: the rest is the command’s',
    asks: true,
    line: "sudo -S -k -p '' -- env A=b sh -c 'echo $A; cat'",
    stdin: 'secret\nrest\n',
    is: { code: 0, out: 'b\nrest\n', err: '' },
  },
  {
    name: 'that needs none leaves the line to the command',
    line: "sudo -S -k -p '' -- cat",
    stdin: 'secret\nrest\n',
    is: { code: 0, out: 'secret\nrest\n', err: '' },
  },
  {
    name: 'of a program that is not there',
    line: 'sudo -n -- kubelet',
    is: { code: 1, out: '', err: 'sudo: kubelet: command not found\n' },
  },
];

describe('sudo', () => {
  it.each(sudoCases)('$name', ({ asks, line, stdin, is }) => {
    const bench = benchHost();
    bench.host.sudo = asks === true ? 'asks' : 'free';
    bench.host.packages.delete('kubelet');
    expect(bench.run(line, stdin)).toEqual(is);
  });
});

describe('what is not modelled', () => {
  it.each([
    'apt-get dist-upgrade -y -qq',
    'apt-get install kubelet',
    'apt-get install -y -qq -o APT::Install-Recommends=0 kubelet',
    'apt-cache policy kubelet',
    'apt-mark auto kubelet',
    'dpkg -i x.deb',
    'dpkg-query -S /usr/bin/kubelet',
    'systemctl status kubelet',
    'systemctl show kubelet',
    'systemctl show -p Nice kubelet',
    'systemctl mask kubelet',
    'systemd-run --on-active=5 --unit=x true',
    'systemd-run --unit=x -p Nice=5 true',
    'journalctl -u kubelet --since=today',
    'df -h',
    'flock --close 9',
    'gpg --list-keys',
    'sudo -i',
  ])('%s', (line) => {
    expect(() => benchHost().run(line)).toThrow(SimulatorGap);
  });
});
