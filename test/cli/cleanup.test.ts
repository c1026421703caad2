import { describe, expect, it } from 'vitest';
import { resourcesLeft } from '../../src/facts/held-namespaces.ts';
import { lookForStuck } from '../../src/cli/stuck-sight.ts';
import { cleanupText } from '../../src/report/cleanup-text.ts';
import type { Answer } from '../run/scripted.ts';
import { makeCluster, stage } from '../run/scripted.ts';

const plain = (_style: string, text: string): string => text;
const at = Date.parse('2026-11-23T06:00:00Z');
const due = '2026-11-23T05:48:00Z';
const table = (...rows: readonly (readonly string[])[]): Answer => ({
  stdout: `${[...rows.map((row) => row.join('\t')), 'end'].join('\n')}\n`,
});

const nodeRow = (name: string, ready: string): string =>
  JSON.stringify({
    name,
    uid: `uid-${name}`,
    unschedulable: false,
    cordonedBy: null,
    ready: [ready, null],
    kubeletVersion: 'v1.35.4',
    machineId: 'm',
    systemUuid: 's',
    internalIps: [null],
    taints: [null],
    controlPlane: name === 'cp1',
    containerRuntime: 'containerd://2.1.4',
    osImage: 'Debian',
  });

/** As the condition was recorded on the lab: test/facts/recorded/ending-namespaces. */
const left = 'Some resources are remaining: configmaps. has 1 resource instances';

const answers: Readonly<Record<string, Answer>> = {
  'terminating-pods': table(
    ['shop', 'db-0', 'p1', 'w7', 'StatefulSet', '', due],
    ['shop', 'db-1', 'p2', 'w2', 'StatefulSet', '', due],
    ['shop', 'web', 'p3', 'w1', 'ReplicaSet', '["lab.example/held"]', due],
    ['shop', 'going', 'p4', 'w1', '', '', '2026-11-23T05:59:30Z'],
    ['shop', 'runs', 'p5', 'w1', '', '', ''],
  ),
  'held-namespaces': {
    stdout: `["default","u0",false,[null],[null]]\n["old","u1",true,[null],[${JSON.stringify(left)},null]]\n2\n`,
  },
  'held-objects configmaps/old': {
    stdout: '= configmaps/old\na\to1\t["lab.example/held"]\t2026-11-23T05:48:00Z\nkube-root-ca.crt\to2\t\t\nend\n',
  },
  'volume-attachments': table(
    ['csi-1', 'v1', 'w7', 'csi.example.com', 'pv-1', '["external-attacher/csi"]', ''],
    ['csi-2', 'v2', 'w1', 'csi.example.com', 'pv-2', '', ''],
  ),
  nodes: {
    stdout: `${[nodeRow('cp1', 'True'), nodeRow('w1', 'True'), nodeRow('w2', 'Unknown'), nodeRow('w9', 'Unknown')].join('\n')}\n4\n`,
  },
  'old-copies': {
    stdout: `51200 ${at / 1000 - 3600} /etc/kubernetes/tmp/kubeadm-backup-etcd-1\n1024 ${at / 1000 - 60} /var/lib/nodeops/asked-1\nend\n`,
  },
};
const look = async (change: Readonly<Record<string, Answer>> = {}) => {
  const given: Readonly<Record<string, Answer>> = { ...answers, ...change };
  const { session } = stage(makeCluster('cp1', 'w1', 'w2'), {
    facts: (node, key) => (key === 'old-copies' && node !== 'cp1' ? { stdout: 'end\n' } : given[key]),
  });
  return lookForStuck(session, at);
};

describe('nodeops cleanup without names', () => {
  it('says what is stuck, why, and how it is named', async () => {
    const report = await look();
    expect(report.unread).toEqual([]);
    expect(cleanupText(report, plain)).toMatchInlineSnapshot(`
      "paris: 9 stuck or left over
        pod/shop/db-0 (12m 00s)
          Terminating beyond its grace period
          its node w7 is no longer in the cluster
        pod/shop/db-1 (12m 00s)
          Terminating beyond its grace period
          its node w2 does not answer, and may still run it
          of a StatefulSet: two of one name would write to one volume
          → make certain that w2 is off; then kubectl taint nodes w2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute
        pod/shop/web (12m 00s)
          Terminating beyond its grace period
          held by lab.example/held: whoever put that there has not taken it off
          its node w1 is Ready: its kubelet has not ended it
        namespace/old
          Terminating
          Some resources are remaining: configmaps. has 1 resource instances
        configmaps/old/a
          keeps namespace/old
          held by lab.example/held: whoever put that there has not taken it off
        node/w2
          it is not Ready (Unknown)
          → nodeops diagnose w2
        node/w9
          no machine of the inventory has this name
          it is not Ready (Unknown)
        volumeattachment/csi-1
          of pv-1 to w7, which is no longer in the cluster (csi.example.com)
          held by external-attacher/csi: whoever put that there has not taken it off
        tmp/cp1 (1h 00m)
          copies that kubeadm made in /etc/kubernetes/tmp: 1, 50 MiB
          what nodeops unpacked in /var/lib/nodeops, which goes by itself: 1, 1 MiB

      Nothing was changed. What is named is cleaned up: nodeops cleanup pod/shop/db-0
      "
    `);
  });

  it('of what cannot be asked it says so, and takes nothing for gone', async () => {
    const { stuck, unread } = await look({ nodes: 'unanswered' });
    expect(stuck.map(({ what }) => what)).toEqual(['namespace/old', 'configmaps/old/a', 'tmp/cp1']);
    expect(unread).toEqual(['nodes: its answer did not come back whole (rc 0)']);
  });

  it('has nothing to say of a cluster that is well', async () => {
    const report = await look({
      'terminating-pods': table(),
      'held-namespaces': { stdout: '["default","u0",false,[null],[null]]\n1\n' },
      'volume-attachments': table(),
      nodes: { stdout: `${nodeRow('cp1', 'True')}\n1\n` },
      'old-copies': { stdout: 'end\n' },
    });
    expect(cleanupText(report, plain)).toBe('paris: nothing is stuck\n');
  });
});

it('which resources a namespace still has', () => {
  const because = [
    left,
    'Some resources are remaining: configmaps. has 1 resource instances, gadgets.lab.example has 2 resource instances',
    'Some content in the namespace has finalizers remaining: lab.example/held in 1 resource instances',
  ];
  expect(resourcesLeft({ name: 'old', uid: 'u1', finalizers: [], because })).toEqual([
    'configmaps',
    'gadgets.lab.example',
  ]);
});
