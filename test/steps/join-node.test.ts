import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { joinNode } from '../../src/steps/join-node.ts';
import { newHostSeen, ofControlPlane, ofWorker } from './new-host-values.ts';
import { api, bound, onControlPlane, onWorker } from './values.ts';

const wish = { controlPlaneNames: ['paris-cp1', 'paris-cp2'], workerNames: ['paris-w1'] };
const worker = bound(joinNode, wish, onWorker());
const second = bound(joinNode, wish, onControlPlane('paris-cp2'));
const fresh = { host: newHostSeen({ marks: { paris: ['host'] } }), unit: undefined };

describe('join-node', () => {
  it('joins with a file that a control plane makes, never with a token on a command line', () => {
    const [make = '', fetch, send, join = ''] = worker.typed(fresh);
    expect(make).toMatch(/^paris-cp1: .*kubeadm token create --ttl=15m/s);
    expect(make).not.toContain('upload-certs');
    expect([fetch, send]).toEqual([
      'paris-cp1: copy /var/lib/nodeops-host/paris/join-paris-w1.yaml to the operator as paris/joins/paris-w1.yaml',
      'paris-w1: copy paris/joins/paris-w1.yaml to /var/lib/nodeops-host/paris/join.yaml',
    ]);
    expect(join).toMatch(/^paris-w1: .*kubeadm join --config=join.yaml/s);
    expect(worker.apply(fresh, api)[2]).toMatchObject({ do: 'send', once: true });
  });

  it('gives a control plane the authorities, with a key that is on no command line', () => {
    expect(second.check(fresh)).toEqual({ kind: 'needed', changes: ['kubeadm join as a control plane'] });
    const [make = ''] = second.typed(fresh);
    expect(make).toContain('kubeadm init phase upload-certs --upload-certs --config=upload.yaml');
    expect(make).toContain('certificateKey: $key');
    expect(make).not.toContain('--certificate-key');
  });

  it('asks another control plane where that is said', () =>
    expect(bound(joinNode, { ...wish, joinedThrough: 'paris-cp2' }, onWorker()).typed(fresh)[0]).toMatch(
      /^paris-cp2: /,
    ));

  it.each([
    [
      'a worker’s taints',
      onWorker(),
      { nodeTaints: [{ key: 'spot', effect: 'NoSchedule' }] },
      'taints: [{"key":"spot","effect":"NoSchedule"}]',
    ],
    ['control planes that run pods', onControlPlane('paris-cp2'), { workerNames: [] }, 'taints: []'],
    ['an address', onControlPlane('paris-cp2'), { nodeAddress: '10.9.0.12' }, 'advertiseAddress: "10.9.0.12"'],
  ])('%s', (_what, on, given, line) =>
    expect(bound(joinNode, { ...wish, ...given }, on).typed(fresh)[0]).toContain(line),
  );

  it('makes nothing new for a worker that is a node already, though nobody noted it', () => {
    const seen = { host: newHostSeen({ marks: { paris: ['host'] }, remains: ofWorker }), unit: runningKubelet };
    expect(worker.check(seen)).toEqual(needed('note that it has joined'));
    expect(worker.typed(seen)).toEqual([
      expect.stringMatching(/^paris-w1: .*touch joined/s),
      expect.stringMatching(/^paris-cp1: .*forget-join /s),
      expect.stringMatching(/^paris-w1: .*note-forgotten /s),
    ]);
    expect(worker.check({ ...seen, unit: undefined })).toEqual(needed('kubeadm join'));
  });

  it('stops the kubelet of a control plane whose join was cut off, where it is Ready, and joins again', () => {
    const seen = { host: newHostSeen({ marks: { paris: ['host'] }, remains: ofControlPlane }), unit: runningKubelet };
    expect(second.check(seen)).toEqual(needed('kubeadm join as a control plane'));
    const [stop = '', make = '', , , join = ''] = second.typed(seen);
    expect(stop).toMatch(/^paris-cp2: .*get node .*\[ "\$ready" != True \] \|\| systemctl stop kubelet/s);
    expect(make).toMatch(/^paris-cp1: .*kubeadm token create/s);
    expect(join).toMatch(
      /kubeadm join --config=join\.yaml --ignore-preflight-errors=\S*Port-6443,Port-2379,Port-2380\S* \$skip \|\| /,
    );
  });

  it('leaves the kubelet of a host alone that carries nothing, or belongs to nobody', () => {
    expect(second.typed(fresh)[0]).toMatch(/^paris-cp1: .*kubeadm token create/s);
    const foreign = { host: newHostSeen({ remains: ofControlPlane }), unit: runningKubelet };
    expect(second.typed(foreign)[0]).toMatch(/^paris-cp1: .*kubeadm token create/s);
  });

  it('comes back for a token that could not be deleted', () => {
    const seen = {
      host: newHostSeen({ marks: { paris: ['host', 'joined'] }, remains: ofWorker }),
      unit: runningKubelet,
    };
    expect(worker.check(seen)).toEqual(needed('delete what it joined with'));
    expect(worker.typed(seen)).toEqual([
      expect.stringMatching(/^paris-cp1: .*forget-join \/var\/lib\/nodeops-host\/paris paris-w1$/s),
      expect.stringMatching(/^paris-w1: .*note-forgotten \/var\/lib\/nodeops-host\/paris$/s),
    ]);
    expect(worker.check({ ...seen, ...worker.expect(seen) })).toEqual(satisfied);
  });

  it('is over once the host has joined, and nobody has reset it since', () => {
    const joined = newHostSeen({ marks: { paris: ['host', 'joined', 'forgotten'] }, remains: ofWorker });
    expect(worker.check({ host: joined, unit: runningKubelet })).toEqual(satisfied);
    expect(worker.check({ host: { ...joined, remains: [] }, unit: undefined })).toMatchObject({ kind: 'needed' });
    expect(worker.check({ host: joined, unit: undefined })).toMatchObject({
      kind: 'pending',
      waitingFor: 'the kubelet of paris-w1 to run (it is not installed)',
    });
  });
});
