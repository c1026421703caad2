import { describe, expect, it } from 'vitest';
import { blocked, needed, satisfied } from '../../src/model/verdict.ts';
import { applyManifest } from '../../src/steps/apply-manifest.ts';
import { api, bound, kubectlLine, onCluster } from './values.ts';

const manifest = 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { token: abcd-1234 }\n';
const step = bound(applyManifest, { name: 'mine', from: 'mine.yaml', manifest }, onCluster);
const taking = bound(applyManifest, { name: 'mine', manifest, takeOver: true }, onCluster);

describe('apply-manifest', () => {
  it.each([
    ['is there', { differs: false, text: '' }, satisfied],
    [
      'differs',
      { differs: true, text: '--- live x\n+++ wished x\n+a: b\n' },
      needed('--- live x', '+++ wished x', '+a: b'),
    ],
    [
      'names what somebody else manages',
      { differs: true, text: '', conflict: '"helm" using apps/v1: .spec.replicas' },
      blocked(
        'the manifest mine says what somebody else manages: "helm" using apps/v1: .spec.replicas',
        'leave those fields out of the manifest, or write `takeOver: true` under `with:` to make them yours',
      ),
    ],
  ])('%s', (_what, difference, verdict) => expect(step.check({ difference })).toEqual(verdict));

  it('is applied as a manager of its own, which takes nothing from others unless that is said', () => {
    expect([step, taking].flatMap((each) => each.typed({}))).toEqual([
      `paris-cp1: ${kubectlLine} apply --server-side --field-manager=nodeops-mine --filename=-`,
      `paris-cp1: ${kubectlLine} apply --server-side --field-manager=nodeops-mine --force-conflicts --filename=-`,
    ]);
  });

  it('its text is on standard input only, a secret for whoever records: it may hold one', () => {
    const { difference } = step.facts;
    if (difference?.source.kind !== 'command') throw new Error('it is asked by a command');
    const asked = difference.source.command(api);
    expect(asked).toMatchObject({ stdin: manifest, secret: true, effect: 'scratch' });
    expect(asked.argv).toContain('--field-manager=nodeops-mine');
    expect(step.apply({}, api)).toMatchObject([{ command: { stdin: manifest, secret: true } }]);
    expect(step.with).toEqual({ name: 'mine', from: 'mine.yaml', takeOver: false });
    expect(difference.key).not.toContain('abcd-1234');
  });

  it.each([
    [{ name: 'Mine' }, 'lower-case letters, digits and hyphens'],
    [{ name: '' }, 'lower-case letters, digits and hyphens'],
    [{ manifest: ' \n' }, 'YAML of objects'],
  ])('refuses %j', (change, why) =>
    expect(() => bound(applyManifest, { name: 'mine', manifest, ...change }, onCluster)).toThrow(why),
  );
});
