import { describe, expect, it } from 'vitest';
import { runtimeSuitsKubelet } from '../../src/gates/runtime-suits-kubelet.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { daemonOf, daemonThere, offers } from '../steps/runtime-values.ts';
import { bound, nodeObject, onWorker } from '../steps/values.ts';

const at = (runtime: string) => bound(runtimeSuitsKubelet, { runtime }, onWorker());
const on = (kubeletVersion: string) => [nodeObject('paris-w1', { kubeletVersion })];
const early = (from: string) =>
  judged(
    [],
    [
      {
        because: `paris-w1: below containerd ${from} a container that starts again in a pod made by 1.x is lost: static pods and those of DaemonSets stay through a drain`,
        fix: `take ${from} or later with --to, or restart the node afterwards: nodeops reboot paris-w1`,
      },
    ],
  );

describe('runtime-suits-kubelet', () => {
  it.each([
    ['it is listed', '2.1.5', on('1.35.4'), {}, satisfied],
    ['nothing is known of an older Kubernetes', '1.7', on('1.34.4'), {}, satisfied],
    [
      'a containerd 1.x that is listed no more',
      '1.7',
      on('1.36.3'),
      {},
      judged(
        [],
        [
          {
            because: 'paris-w1: Kubernetes 1.36.3 lists containerd 2.2.0+, 2.3.0+, and not 1.7.24',
            fix: 'take one of those with --to, where the node is offered it',
          },
        ],
      ),
    ],
    [
      'a kubelet that speaks v1alpha2 only',
      '2',
      on('1.22.17'),
      {},
      judged(
        [
          {
            because: 'paris-w1: its kubelet 1.22.17 speaks CRI v1alpha2 only, which containerd 2 has no longer',
            fix: 'upgrade Kubernetes first: nodeops upgrade',
          },
        ],
        [],
      ),
    ],
    ['below the fix for pods of 1.x', '2', on('1.34.4'), { offers: { containerd: ['2.0.5-1'] } }, early('2.0.6')],
    ['of the next minor likewise', '2', on('1.34.4'), { offers: { containerd: ['2.1.1-1'] } }, early('2.1.3')],
    [
      'where no pod is of 1.x any more',
      '2',
      on('1.34.4'),
      { daemon: daemonThere({ running: '2.0.4' }), offers: { containerd: ['2.1.1-1'] } },
      satisfied,
    ],
  ])('%s', (_what, runtime, nodes, change, verdict) =>
    expect(at(runtime).check({ nodes, daemon: daemonOf(), offers, ...change })).toEqual(verdict),
  );
});
