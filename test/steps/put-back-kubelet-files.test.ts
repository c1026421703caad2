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

  it.each([
    ['the kubelet stayed', { installed: '1.35.4', running: '1.35.4' }, needed(`put back ${config}`)],
    ['a newer one is installed', { installed: '1.36.3', running: '1.35.4' }, satisfied],
    ['a newer one still runs', { installed: '1.35.4', running: '1.36.3' }, satisfied],
    ['none runs', { installed: '1.35.4' }, satisfied],
  ])('only where it stayed: %s', (_what, kubelet, verdict) => {
    const cautious = bound(putBackKubeletFiles, { version: '1.35.4', onlyWhere: 'kubelet-stayed' }, onWorker());
    expect(cautious.check({ points: [differing], kubelet })).toEqual(verdict);
  });

  it('only where it stayed: its unit is read again too', () => {
    const cautious = bound(putBackKubeletFiles, { version: '1.35.4', onlyWhere: 'kubelet-stayed' }, onWorker());
    const unit = { active: true, subState: 'running', needsReload: true, result: 'success' };
    const seen = { points: [pointOf()], kubelet: { installed: '1.35.4', running: '1.35.4' }, unit };
    expect(cautious.check(seen)).toEqual(needed('have systemd read its unit again'));
    expect(cautious.typed(seen)).toEqual(['paris-w1: systemctl daemon-reload']);
  });

  it('puts back what differs and nothing else', () => {
    expect(step.typed({ points: [differing] })).toEqual([`paris-w1: ${quote(putBack(differing.path, [config]).argv)}`]);
  });
});
