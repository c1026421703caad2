import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { readKubectlArguments } from '../../src/cli/kubectl-arguments.ts';

const read = (line: string, write = false) => readKubectlArguments(line === '' ? [] : line.split(' '), { write });
const refused = (line: string, write = false): string => {
  try {
    read(line, write);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
  throw new Error(`${line} is not refused`);
};

describe('what only looks', () => {
  it.each([
    'get pods -n x -o yaml',
    'describe node w1',
    'logs -n x deploy/web --tail=20',
    'top nodes',
    'version',
    'api-resources',
    'explain pod.spec',
    'auth can-i create pods',
    'rollout status deploy/web',
    'cluster-info',
    'events -A',
    // The verb is the first word, whatever follows.
    'get delete',
  ])('%s', (line) => expect(read(line)).toEqual({ args: line.split(' '), effect: 'read', readsStdin: false }));

  it('diff reads standard input', () =>
    expect(read('diff -f -')).toEqual({ args: ['diff', '-f', '-'], effect: 'read', readsStdin: true }));
});

describe('what may change something', () => {
  it.each([
    'delete pod x',
    'apply -f -',
    'rollout restart deploy/web',
    'rollout',
    'auth reconcile -f -',
    'auth',
    'exec p -- get x',
    'certificate approve x',
    'frobnicate',
    'constructor',
    '__proto__',
    'GET pods',
  ])('%s is refused without --write, and a write with it', (line) => {
    expect(refused(line)).toContain(
      `kubectl ${line.split(' ')[0]} may change the cluster: say --write before the -- to do it`,
    );
    expect(read(line, true).effect).toBe('write');
  });

  it('--write makes no write of what only looks', () => expect(read('get pods', true).effect).toBe('read'));
});

describe('what cannot work from here', () => {
  it.each([
    ['', 'kubectl needs a verb: nodeops kubectl -- get pods -n kube-system'],
    ['-n get delete pod x', '-n: the verb comes first: nodeops kubectl -- get pods -n kube-system'],
    ['edit cm x', 'kubectl edit needs a terminal'],
    ['port-forward p 80', 'kubectl port-forward needs a terminal'],
    ['get pods --server=https://x', '--server=https://x: nodeops itself says which API server'],
    ['get pods --kubeconfig x', '--kubeconfig: nodeops itself says'],
    ['get pods -shttps://x', '-shttps://x: nodeops itself says'],
    ['cluster-info dump --output-directory=/x', '--output-directory=/x: nodeops itself says'],
    ['get pods -w', 'get -w does not end'],
    ['logs -f p', 'logs -f does not end'],
    ['logs p --follow', 'logs --follow does not end'],
    ['apply -f x.yaml', '-f x.yaml: kubectl runs on a control plane, where this machine’s files are not'],
    ['apply -fx.yaml', '-f x.yaml: kubectl runs'],
    ['apply --filename=x.yaml', '--filename x.yaml: kubectl runs'],
    ['apply -f', '-f : kubectl runs'],
    ['apply -f - -f x.yaml', '-f x.yaml: kubectl runs'],
    ['apply -k .', '-k .: kubectl runs'],
    ['create cm x --from-file=a', '--from-file a: kubectl runs'],
    [
      'create secret generic x --from-literal=a=hunter2',
      'kubectl create secret --from-literal: a secret does not belong on a command line, which is journalled',
    ],
    ['patch secret/x -p {}', 'kubectl patch secret/x -p: a secret does not belong on a command line'],
  ])('%s', (line, says) => {
    const said = refused(line, true);
    expect(said.replaceAll("'", '’')).toContain(says);
    expect(said).not.toContain('hunter2');
  });

  it.each([
    'apply -f https://example.org/x.yaml',
    'exec p -- sh -s -f x -w',
    'patch cm x -p {}',
    'get pods --sort-by=x',
  ])('%s goes on', (line) => expect(read(line, true).args).toEqual(line.split(' ')));
});
