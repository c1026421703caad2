import { describe, expect, it } from 'vitest';
import { told, type Surroundings } from './fake-parts.ts';

const kubeadms = `apiVersion: v1
kind: Config
clusters: [{ name: kubernetes, cluster: { server: https://10.0.0.11:6443 } }]
users: [{ name: kubernetes-admin, user: { client-key-data: SECRET } }]
contexts: [{ name: a, context: { cluster: kubernetes, user: kubernetes-admin } }]
`;
const asked = (words: readonly string[], around: Surroundings = {}) =>
  told(['kubeconfig', 'paris', '--inventory', 'prod.yaml', ...words], {
    script: { facts: (_node, key) => (key === 'admin-kubeconfig' ? { stdout: kubeadms } : undefined) },
    ...around,
  });

describe('nodeops kubeconfig', () => {
  it('writes a file here, and shows no key', async () => {
    const { code, stdout, stderr, written } = await asked([]);
    expect([code, stdout]).toEqual([0, '/fleet/paris.kubeconfig: context paris, https://10.0.0.11:6443\n']);
    expect(written['/fleet/paris.kubeconfig']).toContain('client-key-data: SECRET');
    expect(stdout + stderr).not.toContain('SECRET');
  });

  it('merges, and keeps what was there beside it', async () => {
    const there = 'apiVersion: v1\nkind: Config\ncurrent-context: oslo\n';
    const around = { files: { '/fleet/config': there }, env: { KUBECONFIG: '/fleet/config:/fleet/other' } };
    const { code, written } = await asked(['--merge'], around);
    expect([code, written['/fleet/config.before-nodeops']]).toEqual([0, there]);
    expect(written['/fleet/config']).toContain('current-context: oslo');
    expect(written['/fleet/config']).toContain('name: paris-admin');
  });

  it.each([
    ['a file that is there', ['--out', 'x'], '/fleet/x is there already'],
    ['no folder', ['--out', '/nowhere/x'], 'there is no folder for /nowhere/x'],
    ['both', ['--merge', '--out', 'x'], '--merge and --out: take one of them'],
  ])('%s is refused before anything is connected to', async (_what, words, says) => {
    const { code, stderr, transports } = await asked(words, { files: { '/fleet/x': '' } });
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });

  it('a control plane that does not give it', async () => {
    const script = {
      facts: () => ({ code: 1, stderr: 'cat: /etc/kubernetes/admin.conf: No such file or directory\n' }),
    };
    const { code, stderr, written } = await asked([], { script });
    expect([code, written]).toEqual([3, {}]);
    expect(stderr).toContain(
      'paris/cp1: it has no admin.conf\nno control plane of paris gave its kubeconfig: nothing was written',
    );
  });
});
