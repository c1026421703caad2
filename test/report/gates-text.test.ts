import { describe, expect, it } from 'vitest';
import { gatesText, type GateFinding } from '../../src/report/gates-text.ts';

const finding = (over: Partial<GateFinding>): GateFinding => ({
  gate: 'disk-space',
  verdict: 'pass',
  blocks: [],
  warnings: [],
  why: 'A full disk stops etcd.',
  source: 'the lab',
  waivable: true,
  evidence: {},
  ...over,
});

const full = (node: string): Partial<GateFinding> => ({
  node,
  verdict: 'block',
  blocks: [{ because: `${node}: the disk is full`, fix: `make room on ${node}` }],
});

describe('the gates of a cluster, as text', () => {
  it('has a line for each gate, what is wrong once, blocks first, and the sum', () => {
    const text = gatesText({
      cluster: 'paris',
      version: '1.36.3',
      findings: [
        finding({ gate: 'version-way', waivable: false }),
        finding({
          gate: 'etcd-health',
          verdict: 'warn',
          warnings: [{ because: 'two members', fix: 'add a third' }],
        }),
        finding({ node: 'w1' }),
        finding(full('w2')),
        finding(full('w3')),
      ],
    });
    expect(text).toBe(`paris: gates of an upgrade to 1.36.3
  ✓  version-way  pass   cluster
  !  etcd-health  warn   cluster
  ✗  disk-space   block  w2, w3 (of 3)

✗ disk-space  w2, w3: the disk is full
    fix: make room on w2
    why: A full disk stops etcd. (the lab)
    or go on all the same: --waive disk-space='the reason'

! etcd-health  cluster: two members
    fix: add a third
    why: A full disk stops etcd. (the lab)

paris: 2 pass, 1 warn, 2 block
`);
  });

  it('counts nodes where they are many, and offers no waiver where there is none', () => {
    const text = gatesText({
      cluster: 'paris',
      findings: ['w1', 'w2', 'w3', 'w4'].map((node) => finding({ ...full(node), waivable: false })),
    });
    expect(text).toContain('✗  disk-space  block  4 nodes\n');
    expect(text).toContain('✗ disk-space  4 nodes: the disk is full');
    expect(text).not.toContain('--waive');
  });
});
