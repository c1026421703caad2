import { describe, expect, it } from 'vitest';
import { putBack } from '../../src/commands/restore-point.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { putBackKubeletFiles } from '../../src/steps/put-back-kubelet-files.ts';
import { pointOf } from './points.ts';
import { bound, onWorker } from './values.ts';

const step = bound(putBackKubeletFiles, { version: '1.35.4' }, onWorker());
const config = '/var/lib/kubelet/config.yaml';
const differing = pointOf({ differing: ['/etc/kubernetes/manifests/etcd.yaml', config] });

describe('put-back-kubelet-files', () => {
  it.each([
    ['one differs', [differing], needed(`put back ${config}`)],
    ['none does', [pointOf()], satisfied],
    ['nothing was kept', [], satisfied],
  ])('%s', (_what, points, verdict) => expect(step.check({ points })).toEqual(verdict));

  it('puts back what differs and nothing else', () => {
    expect(step.typed({ points: [differing] })).toEqual([`paris-w1: ${quote(putBack(differing.path, [config]).argv)}`]);
  });
});
