import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../run/scripted.ts';
import { inventory, recordedOutput, told } from './fake-parts.ts';

const message = z.object({ event: z.string(), text: z.string() });

/** A run of a cluster with two nodes, each of which takes so many minutes. */
const play = async (minutes: number) => {
  const clock = new VirtualClock();
  const restarted = new Set<string>();
  const text = inventory.replace(
    '  - name: paris\n',
    '  - name: paris\n    webhooks: [{ url: https://ops.example.com/hook }]\n',
  );
  const { posted, code } = await told(['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris', '--yes'], {
    clock,
    files: { '/fleet/prod.yaml': text },
    script: {
      facts: (node, key) => {
        if (key === 'kubelet-unit')
          return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
        if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
        return key === 'kubelet-log' ? { stdout: '' } : undefined;
      },
      commands: async (node, line) => {
        if (!line.includes('restart kubelet')) return undefined;
        await clock.sleep(minutes * 60_000);
        restarted.add(node);
        return undefined;
      },
    },
  });
  return { code, events: posted.map(({ body }) => message.parse(JSON.parse(body))) };
};

describe('a run that takes long', () => {
  it('is told of once', async () => {
    const { code, events } = await play(20);
    expect([code, events.map(({ event }) => event)]).toEqual([0, ['started', 'slow', 'finished']]);
    expect(events[1]?.text).toContain('paris: restarting is slow after 15m 00s: nine of ten like it are over by then');
  });

  it('is not told of within a quarter of an hour', async () => {
    const { code, events } = await play(7);
    expect([code, events.map(({ event }) => event)]).toEqual([0, ['started', 'finished']]);
  });
});
