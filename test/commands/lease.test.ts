import { describe, expect, it } from 'vitest';
import { claimLease, createLease, getLease, microTime, releaseLease, renewLease } from '../../src/commands/lease.ts';
import { quote } from '../../src/commands/quote.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };
const kubectl = 'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443 --request-timeout=15s';
const patch = `${kubectl} patch lease nodeops --namespace=kube-system --type=json`;
const at = Date.UTC(2026, 10, 21, 9, 30, 12, 345);
const time = '2026-11-21T09:30:12.345000Z';
const owner = { holder: 'ana@bastion:1:a-1/r1', epoch: 8 };
const spec = `{"holderIdentity":"ana@bastion:1:a-1/r1","leaseDurationSeconds":60,"acquireTime":"${time}","renewTime":"${time}","leaseTransitions":8}`;
const claim = { ...owner, at, annotations: { 'nodeops.dev/run': 'r1' } };
const tests =
  '{"op":"test","path":"/spec/holderIdentity","value":"ana@bastion:1:a-1/r1"},{"op":"test","path":"/spec/leaseTransitions","value":8}';

describe('what is typed', () => {
  it.each([
    [getLease(place), 'read', `${kubectl} get lease nodeops --namespace=kube-system --ignore-not-found --output=json`],
    [createLease(place, claim), 'write', `${kubectl} create --filename=-`],
    [
      claimLease(place, claim, '4711'),
      'write',
      `${patch} '--patch=[{"op":"test","path":"/metadata/resourceVersion","value":"4711"},{"op":"add","path":"/metadata/annotations","value":{"nodeops.dev/run":"r1"}},{"op":"add","path":"/spec","value":${spec}}]' --output=name`,
    ],
    [
      renewLease(place, owner, at),
      'write',
      `${patch} '--patch=[${tests},{"op":"replace","path":"/spec/renewTime","value":"${time}"}]' --output=name`,
    ],
    [
      releaseLease(place, owner, { 'nodeops.dev/a~b': 'it is "done"' }, at),
      'write',
      `${patch} '--patch=[${tests},{"op":"replace","path":"/spec/holderIdentity","value":""},{"op":"replace","path":"/spec/renewTime","value":"${time}"},{"op":"add","path":"/metadata/annotations/nodeops.dev~1a~0b","value":"it is \\"done\\""}]' --output=name`,
    ],
  ])('%#', (command, effect, line) => {
    expect(quote(command.argv)).toBe(line);
    expect([command.effect, command.lifetime, command.become]).toEqual([effect, 'attached', true]);
  });

  it('a new lease travels on standard input', () => {
    expect(createLease(place, claim).stdin).toBe(
      `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"nodeops","namespace":"kube-system","annotations":{"nodeops.dev/run":"r1"}},"spec":${spec}}`,
    );
  });

  it('a time has six digits after its point', () => expect(microTime(at)).toBe(time));
});
