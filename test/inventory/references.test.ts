import { describe, expect, it } from 'vitest';
import type { Node } from '../../src/model/cluster.ts';
import { head, oneNode, read, refusal, yaml } from './read.ts';

const firstNode = (text: string, other = {}): Node | undefined => read(head + text, other).clusters[0]?.nodes[0];

const paths = [
  ['beside the inventory', 'keys/a', '/repo/keys/a'],
  ['above the inventory', '../a', '/a'],
  ['absolute', '/etc/a', '/etc/a'],
  ['in the home directory', '~/.ssh/a', '/home/me/.ssh/a'],
  ['with a variable', '"${SITE}/a"', '/repo/paris/a'],
] as const;

describe('a path', () => {
  it.each(paths)('%s', (_what, written, resolved) => {
    expect(firstNode(`ssh: { identityFile: ${written} }\n${oneNode}`)?.ssh.identityFiles).toEqual([resolved]);
  });

  it('is relative to the inventory and not to where nodeops was started', () => {
    const ssh = firstNode(`ssh: { knownHostsFile: [kh, ~/kh] }\n${oneNode}`, { file: 'sites/paris.yaml' })?.ssh;
    expect(ssh?.knownHostsFiles).toEqual(['/repo/sites/kh', '/home/me/kh']);
  });
});

it('hosts, users, jumps and paths on the node may refer to the environment', () => {
  const text = yaml`
    kubeadm: { patches: "/etc/\${SITE}/patches" }
    nodes:
      - { name: cp1, host: "cp1.\${SITE}.example", role: control-plane, ssh: { user: "\${USER}", jump: "j.\${SITE}" } }`;
  const node = firstNode(text.replaceAll('\\', ''));
  expect(node?.ssh).toMatchObject({ host: 'cp1.paris.example', user: 'me', jump: { host: 'j.paris', user: 'me' } });
  expect(node?.kubeadm.patches).toBe('/etc/paris/patches');
});

it('labels and commands are left as they are', () => {
  const text = `labels: { user: me }\ncni: { command: [sh, "\${SITE}"], check: ["\${NOPE}"] }\n${oneNode}`;
  expect(read(head + text).clusters[0]?.cni?.work).toEqual({
    kind: 'command',
    argv: ['sh', '${SITE}'],
    check: ['${NOPE}'],
  });
});

const unresolved = [
  ['${NOPE}/a', 'the environment variable NOPE is not set\n    export NOPE=…'],
  ['${EMPTY}/a', 'the environment variable EMPTY is not set\n    export EMPTY=…'],
  ['${toString}/a', 'the environment variable toString is not set\n    export toString=…'],
  ['${A:-b}/a', 'expected ${NAME}, found ${A:-b}\n    only the name of a variable may stand there'],
  ['~root/a', 'expected a path, found "~root/a"\n    only your own ~ is known: ~/…'],
] as const;

it.each(unresolved)('%s cannot be resolved', (written, message) => {
  expect(refusal(`${head}ssh: { identityFile: "${written}" }\n${oneNode}`)).toBe(
    `inv.yaml:3:22: ssh.identityFile: ${message}`,
  );
});

it('an unset variable under defaults is one problem, not one of every node', () => {
  expect(refusal(`${head}defaults: { ssh: { user: "\${NOPE}" } }\n${oneNode}`)).toBe(
    'inv.yaml:3:26: defaults.ssh.user: the environment variable NOPE is not set\n    export NOPE=…',
  );
});
