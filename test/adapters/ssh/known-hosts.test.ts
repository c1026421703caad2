import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { knownHostsName, matchesNames } from '../../../src/adapters/ssh/known-hosts-match.ts';
import { lookUp } from '../../../src/adapters/ssh/known-hosts.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'nodeops-known-hosts-'));
afterAll(() => rmSync(directory, { recursive: true }));
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJtHx1wYkU0jL6Bq0R9JQd6kQW4dXqk9oVQm0n6bQh5L';

const lines = [
  '# a comment',
  '',
  `plain.example ${key}`,
  `UPPER.example,10.0.0.1 ${key} a comment`,
  `[port.example]:2222\t${key}`,
  `*.wild.example,!not.wild.example ${key}`,
  `10.0.?.9 ${key}`,
  `[10.0.0.*]:2022 ${key}`,
  `[v6.example]:22 ${key}`,
  `2001:db8::1 ${key}`,
  `@revoked revoked.example ${key}`,
  'broken.example ssh-ed25519 AAAA',
  `wrong-type.example ssh-rsa ${key.split(' ')[1] ?? ''}`,
];
const file = path.join(directory, 'known_hosts');
writeFileSync(file, `${lines.join('\n')}\n`);
const hashed = path.join(directory, 'hashed');
writeFileSync(hashed, `plain.example ${key}\n[port.example]:2222 ${key}\n`);
execFileSync('ssh-keygen', ['-H', '-f', hashed], { stdio: 'ignore' });

/** The line numbers that ssh-keygen finds: the oracle. */
const foundBySshKeygen = (from: string, name: string): number[] => {
  const { stdout } = spawnSync('ssh-keygen', ['-F', name, '-f', from], { encoding: 'utf8' });
  return [...stdout.matchAll(/found: line (\d+)/g)].map((match) => Number(match[1]));
};

const hosts: readonly (readonly [string, number])[] = [
  ['plain.example', 22],
  ['PLAIN.example', 22],
  ['plain.example', 2222],
  ['upper.example', 22],
  ['10.0.0.1', 22],
  ['port.example', 2222],
  ['port.example', 22],
  ['a.wild.example', 22],
  ['not.wild.example', 22],
  ['wild.example', 22],
  ['10.0.3.9', 22],
  ['10.0.33.9', 22],
  ['10.0.0.77', 2022],
  ['v6.example', 22],
  ['2001:db8::1', 22],
  ['revoked.example', 22],
  ['broken.example', 22],
  ['wrong-type.example', 22],
  ['nobody.example', 22],
];

describe('known_hosts, beside ssh-keygen -F', () => {
  it.each(hosts)('%s port %i', (host, port) => {
    for (const from of [file, hashed]) {
      const known = lookUp(from, readFileSync(from, 'utf8'), host, port);
      const ours = [...known.entries, ...known.revoked, ...known.ignored]
        .map((entry) => entry.line)
        .toSorted((a, b) => a - b);
      expect(ours).toEqual(foundBySshKeygen(from, knownHostsName(host, port)));
    }
  });
});

describe('lines', () => {
  it('that are not used say why', () => {
    const text = `@cert-authority *.example ${key}\n@unheard-of a.example ${key}\na.example nonsense\n`;
    expect(lookUp('kh', text, 'a.example', 22).ignored.map((line) => `${line.line} ${line.because}`)).toEqual([
      '1 host certificates (@cert-authority) are not supported',
      '2 unknown marker @unheard-of',
      '3 not a public key',
    ]);
  });

  it('for the bare host count apart when the port is another', () => {
    const known = lookUp('kh', `a.example ${key}\n`, 'a.example', 2222);
    expect([known.entries.length, known.withoutPort.length]).toEqual([0, 1]);
  });

  it('with many stars take no time', () => {
    const begun = Date.now();
    expect(matchesNames(`${'*a'.repeat(40)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(Date.now() - begun).toBeLessThan(1_000);
  });
});
