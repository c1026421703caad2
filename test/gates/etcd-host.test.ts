import { describe, expect, it } from 'vitest';
import { etcdHost } from '../../src/gates/etcd-host.ts';
import { blocked, pending, satisfied } from '../../src/model/verdict.ts';
import { bound, member, onWorker } from '../steps/values.ts';

const step = bound(etcdHost, {}, { ...onWorker('e1'), role: 'etcd' });
const MiB = 1024 * 1024;
const room = (mebibytes: number) => ({
  paths: { '/': { availableBytes: mebibytes * MiB, sizeBytes: 40_000 * MiB, mount: '/' } },
});
const here = {
  memberId: '1000',
  clusterId: '77',
  revision: 5,
  version: '3.6.6',
  dbSizeBytes: 20 * MiB,
  quorum: true,
  learner: false,
  errors: [],
};
const well = {
  etcd: { here },
  members: [member(0, { name: 'e1' }), member(1, { name: 'e2' })],
  disk: room(148),
  init: { pid1: 'systemd', systemdVersion: 252 },
};

describe('etcd-host', () => {
  it.each([
    ['its member, and room', well, satisfied],
    [
      'an etcd that is stopped',
      { ...well, etcd: { why: 'etcd does not run on its host, etcd.service is inactive (dead)' } },
      pending(
        'the etcd on e1 to answer: etcd does not run on its host, etcd.service is inactive (dead)',
        'see why on e1: systemctl status etcd; journalctl -u etcd',
      ),
    ],
    [
      'two swapped addresses',
      { ...well, etcd: { here: { ...here, memberId: '1001' } } },
      blocked(
        'the host behind e1 runs the etcd member e2',
        'check the address of e1 in the inventory; an etcd host is called as its member is (--name, ETCD_NAME)',
      ),
    ],
    [
      'a disk that a snapshot would fill',
      { ...well, disk: room(147) },
      blocked(
        'e1: the disk of / has 147 MiB left; a snapshot needs 148 MiB there for a while',
        'make room on e1: apt-get clean, journalctl --vacuum-size=200M',
      ),
    ],
    [
      'a host without systemd',
      { ...well, init: { pid1: 'runit' } },
      blocked(
        'e1: process 1 is runit; commands that must outlive the connection run as units of systemd',
        'take the snapshot by hand with etcdctl on e1; nodeops needs systemd there',
      ),
    ],
  ])('%s', (_what, seen, verdict) => expect(step.check(seen)).toEqual(verdict));
});
