import { describe, expect, it } from 'vitest';
import type { Answer } from '../run/scripted.ts';
import { recordedOutput, told } from './fake-parts.ts';
import { well } from './well-cluster.ts';

const bare = recordedOutput('new-host', 'bare');
const worker = recordedOutput('new-host', 'worker');

const replace = (host: Answer) =>
  told(['node', 'replace', 'w1', '--inventory', 'prod.yaml', '--cluster', 'paris', '--dry-run'], {
    script: { facts: (_node, key) => (key === 'new-host' ? host : well[key]) },
  });

describe('nodeops node replace', () => {
  it('takes the lost machine out first', async () => {
    const { stdout } = await replace(bare);
    expect(stdout).toMatch(/^paris: node-forget/m);
    expect(stdout).not.toContain('on its way');
  });

  it('takes no machine out again that is on its way in', async () => {
    const { stdout } = await replace({ ...worker, stdout: worker.stdout.replaceAll('mark rome', 'mark paris') });
    expect(stdout).toMatch(/^w1: its new machine is on its way into paris\n/);
    expect(stdout).not.toContain('node-forget');
    expect(stdout).toMatch(/^paris: node-add/m);
  });

  it('takes it out where its host belongs to another cluster', async () => {
    expect((await replace(worker)).stdout).toMatch(/^paris: node-forget/m);
  });
});
