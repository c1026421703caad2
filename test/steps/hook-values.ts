/** A hook as the binder fills it in, and what this machine keeps of one. */
export const balancer = (change: object = {}) => ({
  run: 'r1',
  controlPlaneNames: ['paris-cp1'],
  hook: {
    name: 'balancer',
    argv: ['./balancer', 'drain'],
    place: { kind: 'operator', directory: '/fleet' },
    timeoutMs: 90_500,
    playbook: 'upgrade',
    to: '1.36.3',
    ...change,
  },
});

export const standing = (when: 'before' | 'after', change: object = {}) => ({
  format: 1,
  when,
  run: 'r1',
  ok: true,
  trouble: '',
  ...change,
});

const { ok: _unknown, ...unended } = standing('before', { run: 'r0' });
/** Its end was never seen. */
export const begun = unended;
export const failed = standing('before', { run: 'r0', ok: false, trouble: 'rc 3: refused' });
