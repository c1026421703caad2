import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import { told } from './fake-parts.ts';
import { well } from './well-cluster.ts';

const reset = (away?: string) =>
  told(['run', 'reset', '--inventory', 'prod.yaml', '--cluster', 'paris', '--set', 'authority=', '--dry-run'], {
    script: {
      facts: (_node, key) => well[key],
      connect: (node) => {
        if (node === away) throw new ConnectError('unreachable', 'cannot connect', 'look at sshd');
      },
    },
  });

describe('the end of a cluster', () => {
  it('leaves no worker out that cannot be reached: it would keep its part, whosever it is', async () => {
    const { code, stderr } = await reset('w1');
    expect(code).toBe(3);
    expect(stderr).toContain('paris/w1: cannot connect');
    expect(stderr).toContain('Nothing was changed.');
    expect(stderr).not.toContain('left out');
  });
});
