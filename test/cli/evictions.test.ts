import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { inventory, recordedOutput, told } from './fake-parts.ts';

const message = z.object({ event: z.string(), text: z.string() });

/** A run of a cluster with two nodes, each of which says that two pods have gone. */
const play = async (setting: string) => {
  const restarted = new Set<string>();
  const text = inventory.replace(
    '  - name: paris\n',
    `  - name: paris\n${setting}    webhooks: [{ url: https://ops.example.com/hook }]\n`,
  );
  const { posted, code } = await told(['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris', '--yes'], {
    files: { '/fleet/prod.yaml': text },
    script: {
      facts: (node, key) => {
        if (key === 'kubelet-unit')
          return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
        if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
        return key === 'kubelet-log' ? { stdout: '' } : undefined;
      },
      commands: (node, line) => {
        if (!line.includes('restart kubelet')) return undefined;
        restarted.add(node);
        return { stdout: 'evicting pod shop/web-1\npod/web-1 evicted\npod/web-2 evicted\n' };
      },
    },
  });
  return { code, events: posted.map(({ body }) => message.parse(JSON.parse(body))) };
};

describe('evictions beyond the limit of the inventory', () => {
  it('are told of once, and the run goes on', async () => {
    const { code, events } = await play('    maxEvictions: 2\n');
    expect([code, events.map(({ event }) => event)]).toEqual([0, ['started', 'evictions', 'finished']]);
    expect(events[1]?.text).toContain('paris: restarting evicts many pods: more than 2 in this run');
  });

  it.each([
    ['up to it', '    maxEvictions: 4\n'],
    ['without one', ''],
  ])('are not told of %s', async (_what, setting) => {
    const { code, events } = await play(setting);
    expect([code, events.map(({ event }) => event)]).toEqual([0, ['started', 'finished']]);
  });
});
