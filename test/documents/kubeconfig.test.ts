import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { mergeKubeconfig, renameKubeconfig, type Kubeconfig } from '../../src/documents/kubeconfig.ts';

/** As kubeadm 1.35.4 writes it (lab), without the keys. */
const kubeadms = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: AAAA
    server: https://172.31.1.11:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
users:
- name: kubernetes-admin
  user:
    client-certificate-data: BBBB
    client-key-data: CCCC
`;

const renamed = (text = kubeadms, name = 'paris'): Kubeconfig => {
  const found = renameKubeconfig(text, name);
  if (found === undefined) throw new Error('not read');
  return found;
};

const mine = `# mine
apiVersion: v1
kind: Config
clusters:
- { name: oslo, cluster: { server: https://10.9.0.11:6443 } } # the old one
users:
- { name: oslo-admin, user: { token: x } }
contexts:
- { name: oslo, context: { cluster: oslo, user: oslo-admin } }
current-context: oslo
`;

const merged = (there: string, added = renamed(), force = false): string => {
  const done = mergeKubeconfig(there, added, 'paris', force);
  if (!('text' in done)) throw new Error(JSON.stringify(done));
  return done.text;
};

const lists = z.record(z.string(), z.unknown());
const names = (text: string, list: string): readonly string[] =>
  z
    .array(z.object({ name: z.string() }))
    .parse(lists.parse(parse(text))[list])
    .map(({ name }) => name);

describe('a kubeconfig under a name of its own', () => {
  it('cluster, user and context are called after the cluster', () => {
    expect(renamed().server).toBe('https://172.31.1.11:6443');
    expect(parse(renamed().text)).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: 'paris', cluster: { server: 'https://172.31.1.11:6443', 'certificate-authority-data': 'AAAA' } },
      ],
      users: [{ name: 'paris-admin', user: { 'client-certificate-data': 'BBBB', 'client-key-data': 'CCCC' } }],
      contexts: [{ name: 'paris', context: { cluster: 'paris', user: 'paris-admin' } }],
      'current-context': 'paris',
    });
  });

  it.each(['', 'hello', '{', 'kind: Config', kubeadms.replace('clusters:', 'clusters: []\nx:'), '\u0000'])(
    'what is none: %j',
    (text) => expect(renameKubeconfig(text, 'paris')).toBeUndefined(),
  );
});

describe('merged into one that is there', () => {
  it('all else stays as it is: comments, the current context', () => {
    const text = merged(mine);
    expect(text).toContain('# mine\n');
    expect(text).toContain('# the old one');
    expect(names(text, 'clusters')).toEqual(['oslo', 'paris']);
    expect(names(text, 'users')).toEqual(['oslo-admin', 'paris-admin']);
    expect(names(text, 'contexts')).toEqual(['oslo', 'paris']);
    expect(parse(text)).toMatchObject({ 'current-context': 'oslo' });
  });

  it('twice is once', () => expect(merged(merged(mine))).toBe(merged(mine)));

  it('into one that has nothing but its form', () => {
    expect(parse(merged('apiVersion: v1\nkind: Config\n'))).toMatchObject({ 'current-context': 'paris' });
  });

  it('another cluster of that name is not lost, unless that is said', () => {
    const other = renamed(kubeadms.replace('172.31.1.11', '172.31.9.9'));
    const there = merged(mine);
    expect(mergeKubeconfig(there, other, 'paris', false)).toEqual({ taken: 'https://172.31.1.11:6443' });
    expect(names(merged(there, other, true), 'clusters')).toEqual(['oslo', 'paris']);
    expect(merged(there, other, true)).toContain('172.31.9.9');
  });

  it.each(['', '- a list', 'a: [', 'text'])('into what is none: %j', (there) =>
    expect(mergeKubeconfig(there, renamed(), 'paris', false)).toHaveProperty('unreadable'),
  );
});
