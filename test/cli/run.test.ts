import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConnectError } from '../../src/ports/transport.ts';
import type { Script } from '../run/scripted.ts';
import { inventory, recordedOutput, restarting, told, type Surroundings } from './fake-parts.ts';

const argv = ['run', 'mine.yaml', '--inventory', 'prod.yaml', '--cluster', 'paris'];

/** Units that changed on disk, until `systemctl restart` was sent to a node. */
const nodes = (commands: Script['commands'] = () => undefined): Script => {
  const restarted = new Set<string>();
  return {
    facts: (node, key) => {
      if (key === 'kubelet-unit')
        return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
      if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
      return key === 'kubelet-log' ? { stdout: '' } : undefined;
    },
    commands: async (node, line, options) => {
      const reply = await commands(node, line, options);
      if (line.includes('restart kubelet') && reply === undefined) restarted.add(node);
      return reply;
    },
  };
};
const settled: Script = {
  ...nodes(),
  facts: (node, key) =>
    key === 'kubelet-unit' ? recordedOutput('kubelet-unit', 'control-plane') : nodes().facts?.(node, key),
};
const restarts = ['cp1', 'w1'].flatMap((node) => [
  `sent ${node}: systemctl daemon-reload`,
  `sent ${node}: systemctl restart kubelet`,
]);

const hooked = (around: Surroundings = {}, hook = 'url: https://ops.example.com/hook') =>
  told([...argv, '--yes'], {
    script: nodes(),
    ...around,
    files: { '/fleet/prod.yaml': inventory.replace('defaults: {', `defaults: { webhooks: [{ ${hook} }],`) },
  });

describe('webhooks', () => {
  it('hear of the beginning and the end of each run', async () => {
    const { code, posted } = await hooked();
    expect(code).toBe(0);
    expect(posted.map(({ url, body }) => [url, JSON.parse(body).event])).toEqual([
      ['https://ops.example.com/hook', 'started'],
      ['https://ops.example.com/hook', 'finished'],
    ]);
    expect(JSON.parse(posted[0]?.body ?? '')).toMatchObject({ cluster: 'paris', run: 'r1', operator: 'ana@bastion' });
  });

  it('hear of nothing where nothing is done', async () => {
    expect((await hooked({ script: settled })).posted).toEqual([]);
  });

  it('hear of what they asked for only, at an address that the environment knows, signed', async () => {
    const { posted } = await hooked(
      { env: { SLACK: 'https://chat.example.com/T0/B1', KEY: 'k' } },
      'url: { env: SLACK }, format: slack, events: [finished], secret: { env: KEY }',
    );
    const [only, ...others] = posted;
    expect([only?.url, others]).toEqual(['https://chat.example.com/T0/B1', []]);
    const signed = createHmac('sha256', 'k')
      .update(only?.body ?? '')
      .digest('hex');
    expect(only?.headers).toMatchObject({ 'x-nodeops-signature-256': `sha256=${signed}` });
  });

  it.each([
    ['url: { env: SLACK }', {}, '$SLACK is not set; prod.yaml:5: a webhook of paris names it'],
    ['url: { env: SLACK }', { SLACK: 'T0/B1' }, '$SLACK holds no address such as https://ops.example.com/hooks'],
    ['url: https://a, secret: { env: KEY }', {}, '$KEY is not set; prod.yaml:5: a webhook of paris names it'],
  ])('what they lack is told before anything is touched: %s', async (hook, env, says) => {
    const { code, stderr, transports } = await hooked({ env }, hook);
    expect([code, transports]).toEqual([2, []]);
    expect(stderr).toContain(says);
  });
});

describe('a run', () => {
  it('does what is needed, and tells its result', async () => {
    const { code, sent, stdout, stderr, events } = await told([...argv, '--yes'], { script: nodes() });
    expect([code, sent]).toEqual([0, restarts]);
    expect(stdout).toContain('unit files changed on disk');
    expect(stderr).toContain('paris: ');
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['run-started', 'run-finished']);
    expect(events[0]).toMatchObject({
      run: 'r1',
      playbook: 'restarting',
      operator: 'ana',
      host: 'bastion',
      nodeops: '1.2.3',
    });
  });

  it('with nothing to do begins nothing', async () => {
    const { code, sent, stdout, events } = await told([...argv, '--yes'], { script: settled });
    expect([code, sent, events]).toEqual([0, [], []]);
    expect(stdout).toContain('paris: nothing to do\n');
  });

  it('only on the nodes that were chosen', async () => {
    const { sent } = await told([...argv, '--yes', '--limit', 'w1'], { script: nodes() });
    expect(sent).toEqual(restarts.slice(2));
    const controlPlanes = await told([...argv, '--yes', '--only', 'control-plane'], { script: nodes() });
    expect(controlPlanes.sent).toEqual(restarts.slice(0, 2));
  });

  it.each<[string, Surroundings, number, number]>([
    ['yes', { terminal: true, answer: true }, 0, 4],
    ['no', { terminal: true, answer: false }, 0, 0],
    ['nobody to ask', { terminal: false }, 2, 0],
  ])('asks before it begins: %s', async (_what, around, code, count) => {
    const here = await told(argv, { script: nodes(), ...around });
    expect([here.code, here.sent.length]).toEqual([code, count]);
  });

  it('that fails: exit code 1, where it stopped, and the line to go on with', async () => {
    const script = nodes((_node, line) =>
      line.includes('restart') ? { exit: { kind: 'code', code: 1 }, stderr: 'Job failed\n' } : undefined,
    );
    const { code, stdout, sent } = await told([...argv, '--yes'], { script });
    expect([code, sent]).toEqual([1, restarts.slice(0, 2)]);
    expect(stdout).toContain('rc 1 on cp1: Job failed');
    expect(stdout).toContain('nodeops run mine.yaml --inventory prod.yaml --cluster paris');
  });

  it('the line to go on with asks for no more than this run did', async () => {
    const script = nodes((_node, line) => (line === 'true' ? undefined : { exit: { kind: 'code', code: 1 } }));
    const { stdout } = await told([...argv, '--yes', '--limit', 'w1', '--only', 'workers', '--set', 'words=a b,c'], {
      script,
    });
    expect(stdout).toContain(
      "nodeops run mine.yaml --inventory prod.yaml --cluster paris --set 'words=a b,c' --limit w1 --only workers",
    );
  });

  it('that is stopped: exit code 5', async () => {
    let looked = 0;
    const { code, stdout } = await told([...argv, '--yes'], { script: nodes(), stopping: () => (looked += 1) > 2 });
    expect(code).toBe(5);
    expect(stdout).toContain('Go on with: nodeops resume r1\nFrom another machine: nodeops run mine.yaml');
  });

  it('that is stopped before it began: exit code 5, and nothing was begun', async () => {
    let looked = 0;
    const stopping = () => (looked += 1) > 1;
    const { code, stdout, events, sent } = await told([...argv, '--yes'], { script: nodes(), stopping });
    expect([code, events, sent]).toEqual([5, [], []]);
    expect(stdout).toContain('Nothing was changed.\n');
  });

  it.each<[string, readonly string[], object]>([
    [
      'a file',
      ['run', './mine.yaml', '-i', 'prod.yaml', '--set', 'count=3', '--set', 'sure=true', '--limit', 'paris/w1'],
      {
        command: 'run',
        playbook: '/fleet/mine.yaml',
        parameters: { count: 3, sure: true },
        limit: ['w1'],
      },
    ],
    [
      'an absolute inventory, one role',
      ['run', '/fleet/mine.yaml', '-i', '/fleet/prod.yaml', '--cluster', 'paris', '--only', 'workers'],
      { command: 'run', playbook: '/fleet/mine.yaml', parameters: {}, only: 'workers' },
    ],
  ])('keeps what was asked for, before it begins: %s', async (_what, words, asked) => {
    const files = { '/fleet/./mine.yaml': restarting };
    const { wishes } = await told([...words, '--yes'], { script: nodes(), files });
    expect(wishes).toEqual([{ format: 1, cluster: 'paris', inventory: '/fleet/prod.yaml', ...asked }]);
  });

  it('says the versions that it began with, and which run it goes on with', async () => {
    const wish = {
      format: 1,
      cluster: 'paris',
      command: 'run',
      playbook: '/fleet/mine.yaml',
      parameters: { words: 'a=b,c', count: 3 },
      inventory: '/fleet/prod.yaml',
    };
    const stored = {
      list: () => Promise.resolve(['r0']),
      read: () =>
        Promise.resolve({
          id: 'r0',
          directory: '/state/r0',
          writer: 'gone' as const,
          clusters: ['paris'],
          transitions: [],
          notes: [],
        }),
      readWish: () => Promise.resolve(JSON.stringify(wish)),
    };
    const here = await told(['resume', '--yes'], { script: nodes(), stored });
    expect([here.code, here.sent]).toEqual([0, restarts]);
    expect(here.events[0]).toMatchObject({
      type: 'run-started',
      run: 'r1',
      resumes: 'r0',
      from: ['?'],
      parameters: wish.parameters,
    });
    expect(here.wishes).toEqual([{ ...wish, resumes: 'r0' }]);
    expect(here.stderr).toContain(
      'going on with r0 (unfinished): nodeops run /fleet/mine.yaml --inventory /fleet/prod.yaml --cluster paris --set words=a=b,c --set count=3\n',
    );
    // Its run names the cluster: that counts beside --yes also where the control plane goes down.
    const files = { '/fleet/mine.yaml': restarting.replace('parameters:', 'mode: outage\nparameters:') };
    const outage = await told(['resume', '--yes'], { script: nodes(), stored, files });
    expect([outage.code, outage.sent.length]).toEqual([0, restarts.length]);
  });

  it('that is stopped does not begin with the next cluster', async () => {
    let stopped = false;
    const script = nodes((_node, line) => {
      stopped ||= line.includes('restart kubelet');
      return undefined;
    });
    const around = { script, stopping: () => stopped };
    const { code, sent, stdout } = await told([...argv.slice(0, 4), '--yes', '--parallel', '1'], around);
    expect([code, sent]).toEqual([5, restarts.slice(0, 2)]);
    expect(stdout).toMatch(/paris +all +! interrupted[^]*oslo +all +! not begun[^]*stopped by a signal/);
  });

  it('on clusters side by side: looked at first, and then each with connections of its own', async () => {
    const { code, sent, transports, stdout } = await told([...argv.slice(0, 4), '--yes'], { script: nodes() });
    expect([code, transports.map(({ refuseWrites }) => refuseWrites)]).toEqual([0, [true, true, false, false]]);
    expect(sent.filter((line) => line.includes('restart')).toSorted()).toEqual([
      'sent cp1: systemctl restart kubelet',
      'sent cp9: systemctl restart kubelet',
      'sent w1: systemctl restart kubelet',
    ]);
    expect(stdout).toContain('side by side\n  paris');
  });

  it('parameters may hold commas and equals signs', async () => {
    const { code, events } = await told(
      [...argv, '--yes', '--set', 'words=a,b=c', '--set', 'count=3', '--set', 'sure=true'],
      { script: nodes() },
    );
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ parameters: { words: 'a,b=c', count: 3, sure: true } });
  });
});

describe('a dry run', () => {
  it.each([['text'], ['json']])('shows the plan as %s, and no transport that could write', async (format) => {
    const { code, sent, stdout, transports, events } = await told([...argv, '--dry-run', '--output', format], {
      script: nodes(),
    });
    expect([code, sent, events]).toEqual([0, [], []]);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
    expect(stdout).toContain('unit files changed on disk');
    expect(stdout).toMatch(format === 'json' ? /^\{"format":1,"cluster":"paris",[^\n]*\}\n$/ : /^paris: restarting/);
  });

  it('needs no --yes and asks nobody', async () => {
    expect((await told([...argv, '--dry-run'], { script: nodes(), terminal: true })).code).toBe(0);
  });

  it('plan is the dry run of an upgrade', async () => {
    const { code, transports, sent } = await told(['plan', '--inventory', 'prod.yaml', '--cluster', 'paris'], {
      script: nodes(),
    });
    expect([code, sent]).toEqual([0, []]);
    expect(transports).toEqual([{ refuseWrites: true, acceptNewHostKeys: false }]);
  });
});

const host = (system: string): Script => ({
  facts: (_node, key) => {
    if (key === 'operating-system') return recordedOutput('operating-system', system);
    return key === 'init-system' ? recordedOutput('init-system', 'control-plane') : undefined;
  },
});

describe('what stands in the way', () => {
  const gate = restarting.replace('restart-kubelet', 'supported-host');

  it.each([
    ['rocky-9', 3, 'paris/cp1: blocked: cp1 runs Rocky Linux'],
    ['rocky-9', 3, 'Nothing was changed.'],
    ['control-plane', 0, 'round trips'],
  ])('a gate on %s: exit code %i, and it says %s', async (system, code, said) => {
    const here = await told([...argv, '--yes'], { script: host(system), files: { '/fleet/mine.yaml': gate } });
    expect([here.code, here.sent, here.events]).toEqual([code, [], []]);
    expect(here.stderr).toContain(said);
  });

  it('a node that cannot be reached: exit code 3, with the advice', async () => {
    const script: Script = {
      ...nodes(),
      connect: (node) => {
        if (node === 'w1') throw new ConnectError('unreachable', 'w1 does not answer on port 22', 'switch it on');
      },
    };
    const here = await told([...argv, '--yes'], { script });
    expect([here.code, here.sent]).toEqual([3, []]);
    expect(here.stderr).toContain('paris/w1: w1 does not answer on port 22\n    switch it on\n');
  });

  it('the worst of several clusters is the exit code', async () => {
    const script: Script = {
      ...nodes(),
      connect: (node) => {
        if (node === 'cp1') throw new ConnectError('unreachable', 'no answer', 'switch it on');
      },
    };
    const here = await told([...argv.slice(0, 4), '--yes'], { script });
    expect(here.code).toBe(3);
    expect(here.sent.at(-1)).toBe('sent cp9: systemctl restart kubelet');
  });
});

it('facts as JSON hide the secrets that operators write into them', async () => {
  const list = 'deb https://ana:s3cret@mirror.example.com/core:/stable:/v1.36/deb/ /\n';
  const dump = `=/etc/apt/sources.list.d/kubernetes.list\n>${list}\n`;
  const script: Script = { facts: (_node, key) => (key === 'package-repository' ? { stdout: dump } : undefined) };
  const { code, stdout } = await told(['facts', '-i', 'prod.yaml', '--cluster', 'paris', '-o', 'json'], { script });
  expect(code).toBe(0);
  expect(stdout).toContain('https://(hidden)@mirror.example.com/core:');
  expect(stdout).not.toContain('s3cret');
});

it('some facts only, a line for each', async () => {
  const script: Script = { facts: (_node, key) => (key === 'boot-identity' ? undefined : { stdout: 'not asked for' }) };
  const argvOfFacts = ['facts', '-i', 'prod.yaml', '--cluster', 'paris', '--fact', 'boot-identity,nodes'];
  const { code, stdout } = await told(argvOfFacts, { script });
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).slice(0, 2)),
  ).toEqual([
    ['paris', 'nodes'],
    ['cp1', 'boot-identity'],
    ['w1', 'boot-identity'],
  ]);
});
