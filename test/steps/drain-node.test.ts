import { describe, expect, it } from 'vitest';
import { drainNode } from '../../src/steps/drain-node.ts';
import { blocked, needed, pending, satisfied } from '../../src/model/verdict.ts';
import { bound, kubectlLine, nodeObject, onControlPlane, onWorker, pod } from './values.ts';

const wish = {
  run: 'r1',
  drainTimeoutMs: 600_000,
  deleteEmptyDirData: false,
  workerNames: ['paris-w1', 'paris-w2', 'paris-w3'],
  maxUnavailable: 1,
};
const step = bound(drainNode, wish, onWorker());
const daring = bound(drainNode, { ...wish, deleteEmptyDirData: true }, onWorker());

const others = [nodeObject('paris-cp1'), nodeObject('paris-w2')];
const w1 = nodeObject('paris-w1');
const cordoned = nodeObject('paris-w1', { unschedulable: true });
const web = pod('web');
const { owner: _nobody, ...lone } = pod('lone');
const stays = [
  pod('kindnet', { namespace: 'kube-system', owner: { kind: 'DaemonSet', name: 'kindnet' } }),
  pod('etcd-paris-w1', { namespace: 'kube-system', mirror: true, owner: { kind: 'Node', name: 'paris-w1' } }),
  pod('done', { phase: 'Succeeded' }),
  pod('broken', { phase: 'Failed' }),
];

describe('drain-node', () => {
  it('neither cordons nor evicts where the pods are to stay', () => {
    const spared = bound(drainNode, { ...wish, drain: 'none', version: '1.36.3' }, onWorker());
    expect(spared.check({ nodes: [w1], pods: [web, lone] })).toEqual(satisfied);
    expect(spared.check({ nodes: [w1, ...others], pods: [web] })).toEqual(needed('cordon', 'evict 1 pod: default/web'));
  });

  it.each([
    ['nothing on it, cordoned', [...others, cordoned], [], satisfied],
    ['only what a drain leaves, cordoned', [...others, cordoned], stays, satisfied],
    ['nothing on it, not cordoned', [...others, w1], stays, needed('cordon')],
    ['one pod', [...others, w1], [web, ...stays], needed('cordon', 'evict 1 pod: default/web')],
    [
      'two pods, cordoned by someone',
      [...others, cordoned],
      [web, pod('db')],
      needed('evict 2 pods: default/web, default/db'),
    ],
    [
      'the node is not in the cluster',
      others,
      [],
      blocked('the cluster has no node paris-w1', 'compare `kubectl get nodes` with the inventory'),
    ],
    [
      'no other node takes pods',
      [nodeObject('paris-cp1', { unschedulable: true }), w1],
      [web],
      blocked('no other node could take the pods of paris-w1: paris-cp1 cordoned', 'uncordon or add a node first'),
    ],
    [
      'a pod that nothing would bring back',
      [...others, w1],
      [lone],
      blocked(
        'pods without a controller would not come back: default/lone',
        'delete them, or have a Deployment run them; nodeops never forces',
      ),
    ],
    [
      'a pod that would lose its data',
      [...others, w1],
      [pod('cache', { emptyDirs: ['data'] })],
      blocked(
        'pods would lose the data of their emptyDir: default/cache',
        'set `drain: { deleteEmptyDirData: true }` in the inventory once that is acceptable',
      ),
    ],
  ])('%s', (_what, nodes, pods, verdict) => expect(step.check({ nodes, pods })).toEqual(verdict));

  it('evicts nothing where no kubelet would end it, and says where to look', () => {
    const gone = { unschedulable: true, ready: 'Unknown' } as const;
    const nodes = [...others, nodeObject('paris-w1', gone)];
    expect(step.check({ nodes, pods: stays })).toEqual(satisfied);
    expect(step.check({ nodes, pods: [web] })).toEqual(
      pending(
        'the kubelet of paris-w1 to report again (Ready is Unknown): pods that are evicted end only then; it does not run, or does not reach its API server',
        'see on paris-w1: systemctl status kubelet; journalctl -u kubelet; grep server: /etc/kubernetes/kubelet.conf',
      ),
    );
    // It reports, if only that its network is not there: it ends pods.
    const ill = [...others, nodeObject('paris-w1', { ...gone, ready: 'False' })];
    expect(step.check({ nodes: ill, pods: [web] })).toEqual(needed('evict 1 pod: default/web'));
  });

  it('data is given up where the inventory says so', () => {
    const seen = { nodes: [...others, w1], pods: [pod('cache', { emptyDirs: ['data'] })] };
    expect(daring.check(seen)).toEqual(needed('cordon', 'evict 1 pod: default/cache'));
    expect(daring.typed(seen)[1]).toContain(' --delete-emptydir-data ');
  });

  it('cordons in the name of the run, only where nobody else did, then evicts without force', () => {
    const typed = step.typed({ nodes: [...others, w1], pods: [web] });
    expect(typed).toEqual([
      `paris-cp1: ${kubectlLine} patch node paris-w1 --type=json '--patch=[{"op":"test","path":"/spec/unschedulable","value":null},{"op":"add","path":"/spec/unschedulable","value":true},{"op":"add","path":"/metadata/annotations/nodeops.dev~1cordoned-by","value":"r1"}]'`,
      `paris-cp1: ${kubectlLine.replace(' --request-timeout=15s', '')} drain paris-w1 --ignore-daemonsets --timeout=600s`,
    ]);
    expect(typed.join(' ')).not.toContain('force');
  });

  it('does not take over the cordon of someone else, and does not drain an empty node', () => {
    expect(step.typed({ nodes: [...others, cordoned], pods: [web] })).toEqual([
      expect.stringContaining('drain paris-w1'),
    ]);
    expect(step.typed({ nodes: [...others, w1], pods: stays })).toEqual([expect.stringContaining('patch node')]);
    const after = step.after({ nodes: [cordoned], pods: [web] });
    expect(after['nodes']).toEqual([cordoned]);
  });

  it('expects the node cordoned by the run, and the pods gone', () => {
    expect(step.after({ nodes: [...others, w1], pods: [web, ...stays] })).toEqual({
      nodes: [...others, { ...w1, unschedulable: true, cordonedBy: 'r1' }],
      pods: stays,
    });
  });
});

const cordonedBy = (name: string, by?: string) =>
  nodeObject(name, { unschedulable: true, ...(by === undefined ? {} : { cordonedBy: by }) });
const fix = (who: string, more: number) =>
  `bring back ${who}, or allow one more to be out: \`workers: { maxUnavailable: ${more} }\` in the inventory`;

describe('drain-node beside workers that are out', () => {
  const [cp1, w2, w3] = [nodeObject('paris-cp1'), nodeObject('paris-w2'), nodeObject('paris-w3')];

  it.each([
    ['none is', 1, [w2, w3], needed('cordon')],
    [
      'one that somebody cordoned',
      1,
      [cordonedBy('paris-w2'), w3],
      blocked(
        'paris-w2 (cordoned by somebody else) out already: of 3 workers at most 1 may be out',
        fix('paris-w2', 2),
      ),
    ],
    [
      'one that another run cordoned',
      1,
      [cordonedBy('paris-w2', 'r0'), w3],
      blocked('paris-w2 (cordoned by r0) out already: of 3 workers at most 1 may be out', fix('paris-w2', 2)),
    ],
    [
      'one that is not Ready, perhaps for a moment',
      1,
      [nodeObject('paris-w2', { ready: 'Unknown' }), w3],
      pending('paris-w2 (not Ready) to be back: of 3 workers at most 1 may be out', fix('paris-w2', 2)),
    ],
    [
      'one of this run beside one of somebody else',
      2,
      [cordonedBy('paris-w2', 'r1'), cordonedBy('paris-w3')],
      pending(
        'paris-w2 (cordoned by r1), paris-w3 (cordoned by somebody else) to be back: of 3 workers at most 2 may be out',
        fix('paris-w2, paris-w3', 3),
      ),
    ],
    ['one, and two may be', 2, [cordonedBy('paris-w2'), w3], needed('cordon')],
    ['a control plane', 1, [w2, w3, nodeObject('paris-cp2', { unschedulable: true })], needed('cordon')],
    ['one that this cluster does not call a worker', 1, [w2, w3, cordonedBy('paris-w9')], needed('cordon')],
  ])('%s', (_name, maxUnavailable, around, verdict) => {
    const inBudget = bound(drainNode, { ...wish, maxUnavailable }, onWorker());
    expect(inBudget.check({ nodes: [cp1, w1, ...around], pods: [] })).toEqual(verdict);
  });

  it.each([
    ['cordoned already', cordoned],
    ['not Ready', nodeObject('paris-w1', { ready: 'False' })],
  ])('takes no more from the budget when it is %s itself', (_name, itself) => {
    const nodes = [cp1, itself, cordonedBy('paris-w2'), w3];
    expect(step.check({ nodes, pods: [web] }).kind).toBe('needed');
  });

  it.each([
    ['a worker that serves', step, w1, true],
    ['a worker that is cordoned', step, cordoned, false],
    ['a control plane', bound(drainNode, wish, onControlPlane()), cp1, false],
  ])('keeps the others from looking while it takes out %s: %#', (_name, each, node, expected) => {
    expect(each.inTurn?.({ nodes: [node], pods: [] })).toBe(expected);
  });
});
