import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { returnCriSocket } from '../../src/steps/return-cri-socket.ts';
import { bound, kubectlLine, onWorker } from './values.ts';

const to = (version: string) => bound(returnCriSocket, { version }, onWorker());
const step = to('1.33.13');
const runtime = { name: 'containerd', version: '1.6.20', socket: '/var/run/containerd/containerd.sock' };
const annotation = 'kubeadm.alpha.kubernetes.io/cri-socket=unix:///var/run/containerd/containerd.sock';
const gone = { noted: { 'paris-cp1': 'unix:///run/containerd/containerd.sock' }, runtime };

describe('return-cri-socket', () => {
  it.each([
    ['a newer kubeadm took it away', gone, needed(annotation)],
    ['it is still there', { ...gone, noted: { 'paris-w1': 'unix:///run/crio/crio.sock' } }, satisfied],
    [
      'nobody knows it',
      { ...gone, runtime: undefined },
      blocked(
        'paris-w1: neither its Node object nor its kubelet’s files say which runtime it has',
        'kubectl annotate node paris-w1 kubeadm.alpha.kubernetes.io/cri-socket=unix:///run/containerd/containerd.sock (the runtime that runs there)',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));

  it('writes it to the Node, once', () => {
    expect(step.typed(gone)).toEqual([`paris-cp1: ${kubectlLine} annotate node paris-w1 --overwrite ${annotation}`]);
    expect(step.check({ ...gone, ...step.expect(gone) })).toEqual(satisfied);
  });

  it('asks nobody where kubeadm looks elsewhere', () => {
    expect(Object.keys(to('1.34.4').facts)).toEqual([]);
    expect(to('1.34.4').check({})).toEqual(satisfied);
  });
});
