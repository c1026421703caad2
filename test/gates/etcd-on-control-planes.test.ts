import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { etcdOnControlPlanes } from '../../src/gates/etcd-on-control-planes.ts';
import { blocked } from '../../src/model/verdict.ts';
import { loadPlaybook } from '../../src/playbook/load.ts';
import { bound, onCluster } from '../steps/values.ts';

describe('etcd-on-control-planes', () => {
  it('stands in the way wherever it is asked', () =>
    expect(bound(etcdOnControlPlanes, { etcdHosts: ['e1', 'e2'] }, onCluster).check({})).toEqual(
      blocked(
        "the etcd of paris runs on hosts of its own (e1, e2), and this is for members in kubeadm's static pods",
        'by hand, with what manages these hosts: docs/etcd.md, "External etcd". A snapshot: nodeops etcd snapshot',
      ),
    ));

  it('cannot be waived', () => expect(etcdOnControlPlanes.waivable).toBe(false));

  it.each(['backup', 'restore', 'restore-test', 'etcd-upgrade', 'etcd-replace-member'])(
    'comes before everything else of %s, and only where etcd has hosts of its own',
    (name) => {
      const file = join(import.meta.dirname, '../../playbooks', `${name}.yaml`);
      const [first] = loadPlaybook(readFileSync(file, 'utf8'), file).phases;
      expect(first?.steps).toEqual([{ uses: 'etcd-on-control-planes', each: 'external-etcd' }]);
    },
  );
});
