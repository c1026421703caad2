import { describe, expect, it } from 'vitest';
import { writeControlPlane as command } from '../../src/commands/recovery.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { writeControlPlane } from '../../src/steps/write-control-plane.ts';
import { members, memberUrl, restore, stopped, untouched } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(
  writeControlPlane,
  { restore, configuration: 'paris/kubeadm.yaml', members: members(1) },
  onControlPlane(),
);
const bare = { restores: { ...untouched, manifests: {}, flags: {}, processes: {}, hasMember: false } };

describe('write-control-plane', () => {
  it('lets kubeadm write what is this host’s own', () => {
    expect(step.check(bare)).toMatchObject({ kind: 'needed' });
    expect(step.typed(bare)).toEqual([
      `paris-cp1: copy paris/kubeadm.yaml to /var/lib/nodeops-etcd/${restore}/kubeadm.yaml`,
      `paris-cp1: ${quote(command(restore).argv)}`,
    ]);
  });

  it('writes again what a kill left out, and nothing where all manifests are somewhere', () => {
    const { etcd: _etcd, ...three } = stopped().manifests;
    expect(step.check({ restores: { ...stopped(), manifests: three } })).toMatchObject({ kind: 'needed' });
    expect(step.check({ restores: stopped() })).toEqual(satisfied);
    expect(step.check({ restores: untouched })).toEqual(satisfied);
  });

  it('foretells the member that etcd’s manifest will start, by which its data are made', () =>
    expect(step.expect(bare)).toMatchObject({
      restores: { flags: { name: 'paris-cp1', 'initial-advertise-peer-urls': memberUrl(0) } },
    }));
});
