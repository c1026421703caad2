import { describe, expect, it } from 'vitest';
import { objectLines } from '../cluster/object-lines.ts';

const late = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
const own = { key: 'dedicated', effect: 'NoSchedule' };
const node = {
  kind: 'Node',
  metadata: {
    name: 'w1',
    resourceVersion: '1',
    generation: 1,
    annotations: { a: 'b' },
    managedFields: [{ time: '1' }],
  },
  spec: { podCIDR: '10.0.0.0/24', taints: [own] },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
};
const service = { kind: 'APIService', metadata: { name: 'v1.' }, spec: { version: 'v1' }, status: { conditions: [] } };
const lines = (...items: readonly object[]) => objectLines(JSON.stringify({ items }));

describe('what was wished of objects', () => {
  it('is a line each, sorted, with kind, namespace and name', () => {
    const pod = { kind: 'Pod', metadata: { name: 'p', namespace: 'default' } };
    expect(lines(pod, node, service).map((line) => line.replace(/[0-9a-f]{64}$/, '#'))).toEqual([
      'object APIService//v1. #',
      'object Node//w1 #',
      'object Pod/default/p #',
    ]);
  });

  it.each<[string, object]>([
    ['status', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }],
    ['no status at all', { status: undefined }],
    ['version and generation', { metadata: { ...node.metadata, resourceVersion: '2', generation: 3 } }],
    ['who wrote it last', { metadata: { ...node.metadata, managedFields: [{ time: '2' }] } }],
    ['the taint of a node that is late', { spec: { ...node.spec, taints: [own, late] } }],
  ])('is not what a cluster changes by itself: %s', (_what, part) =>
    expect(lines({ ...node, ...part })).toEqual(lines(node)),
  );

  it.each<[string, object]>([
    ['a cordon', { spec: { ...node.spec, unschedulable: true } }],
    ['a taint', { spec: { ...node.spec, taints: [] } }],
    ['an annotation', { metadata: { ...node.metadata, annotations: { a: 'c' } } }],
    ['a label', { metadata: { ...node.metadata, labels: { a: 'c' } } }],
    ['data', { data: { a: 'c' } }],
    ['another object of that name', { metadata: { ...node.metadata, uid: 'x' } }],
  ])('is what nodeops could change: %s', (_what, part) => expect(lines({ ...node, ...part })).not.toEqual(lines(node)));
});
