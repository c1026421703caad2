import { describe, expect, it } from 'vitest';
import { joinHost as command, makeJoin } from '../../src/commands/kubeadm-join.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { runningKubelet } from '../../src/steps/first-kubelet.ts';
import { joinHost } from '../../src/steps/join-host.ts';
import { bareHostSeen } from './recovery-values.ts';
import { restore } from './restore-values.ts';
import { bound, onControlPlane, onWorker } from './values.ts';

const wish = { restore, controlPlaneNames: ['paris-cp1', 'paris-cp2'] };
const kubeadm = { ignorePreflightErrors: ['Swap'] };
const worker = bound(joinHost, wish, onWorker('paris-w1', kubeadm));
const fresh = { host: bareHostSeen({ marks: { [restore]: ['host'] } }), unit: undefined };
const unit = runningKubelet;
const joined = bareHostSeen({ marks: { [restore]: ['host', 'joined'] } });

describe('join-host', () => {
  it('joins with a file that the first control plane makes, never with a token on a command line', () => {
    const directory = `/var/lib/nodeops-etcd/${restore}`;
    const joining = { directory, node: 'paris-w1', role: 'worker', kubeadm, authorities: 'there' } as const;
    const kept = `paris/restores/${restore}/join-paris-w1.yaml`;
    expect(worker.check(fresh)).toEqual({ kind: 'needed', changes: ['kubeadm join'] });
    expect(worker.typed(fresh)).toEqual([
      `paris-cp1: ${quote(makeJoin(joining).argv)}`,
      `paris-cp1: copy /var/lib/nodeops-etcd/${restore}/join-paris-w1.yaml to the operator as ${kept}`,
      `paris-w1: copy ${kept} to /var/lib/nodeops-etcd/${restore}/join.yaml`,
      `paris-w1: ${quote(command(joining).argv)}`,
    ]);
  });

  it('says who becomes a control plane', () =>
    expect(bound(joinHost, wish, onControlPlane('paris-cp2')).check(fresh)).toEqual({
      kind: 'needed',
      changes: ['kubeadm join as a control plane'],
    }));

  it('waits for the kubelet of a host that has joined', () => {
    expect(worker.check({ host: joined, unit })).toEqual(satisfied);
    expect(worker.check({ host: joined, unit: { ...unit, active: false, subState: 'dead' } })).toMatchObject({
      kind: 'pending',
      waitingFor: 'the kubelet of paris-w1 to run (dead)',
    });
  });
});
