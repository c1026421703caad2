import { describe, expect, it } from 'vitest';
import type { Parts } from '../../src/cli/parts.ts';
import type { LocalCommand } from '../../src/ports/local-commands.ts';
import type { WebRequest } from '../../src/ports/web.ts';
import { LockWorld } from '../run/lock-world.ts';
import type { Script } from '../run/scripted.ts';
import { recordedOutput, told, type Surroundings } from './fake-parts.ts';

const inventory = (waves: string): string => `apiVersion: nodeops/v1
kind: Inventory
defaults: { ssh: { user: ops } }
${waves}clusters:
  - { name: dev, labels: { stage: dev }, nodes: [{ name: cp-d, host: 10.0.0.1, role: control-plane }] }
  - { name: oslo, labels: { stage: prod }, nodes: [{ name: cp-o, host: 10.0.0.2, role: control-plane }] }
  - { name: rome, labels: { stage: prod }, nodes: [{ name: cp-r, host: 10.0.0.3, role: control-plane }] }
`;
const waves = (prod = ''): string => `waves:
  - { name: dev, selector: stage=dev }
  - { name: prod, selector: stage=prod${prod} }
`;

const silent = { stdout: '', stderr: '', truncated: false, durationMs: 1 };

/** Units that changed on disk, until `systemctl restart` was sent to a node; `fails` are nodes on which that fails. */
const nodes = (fails: readonly string[] = []): Script => {
  const restarted = new Set<string>();
  return {
    facts: (node, key) => {
      if (key === 'kubelet-unit')
        return recordedOutput('kubelet-unit', restarted.has(node) ? 'control-plane' : 'needs-reload');
      if (key === 'kubelet-versions') return { stdout: 'installed Kubernetes v1.35.4\nrunning Kubernetes v1.35.4\n' };
      return key === 'kubelet-log' ? { stdout: '' } : undefined;
    },
    commands: (node, line) => {
      if (!line.includes('restart kubelet')) return undefined;
      if (fails.includes(node)) return { exit: { kind: 'code', code: 1 }, stderr: 'Job for kubelet.service failed\n' };
      restarted.add(node);
      return undefined;
    },
  };
};

const play = (text: string, argv: readonly string[] = ['--yes'], around: Surroundings = {}) =>
  told(['run', 'mine.yaml', '--inventory', 'fleet.yaml', ...argv], {
    script: nodes(),
    ...around,
    files: { '/fleet/fleet.yaml': text, ...around.files },
  });

const restartsIn = (sent: readonly string[]): readonly string[] =>
  sent.flatMap((line) => /^sent (\S+): systemctl restart/.exec(line)?.[1] ?? []);

/** Clusters that another run owns. */
const lock = (now: () => number): LockWorld => {
  const world = new LockWorld(now);
  const renewTime = `${new Date(now() - 1000).toISOString().slice(0, -1)}000Z`;
  world.lease = { rv: 5, holder: 'eve@laptop:7:eeeeeeeeeeee-7/r-eve', epoch: 7, renewTime, annotations: {} };
  return world;
};

describe('many clusters', () => {
  it('are asked for once', async () => {
    const questions: string[] = [];
    const onQuestion = (question: string): void => void questions.push(question);
    const { code, sent } = await play(inventory(''), [], { terminal: true, answers: [true], onQuestion });
    expect([code, questions, restartsIn(sent).toSorted()]).toEqual([
      0,
      ['Begin with 3 clusters?'],
      ['cp-d', 'cp-o', 'cp-r'],
    ]);
  });

  it('are left alone where nobody says yes', async () => {
    const { code, sent, stdout } = await play(inventory(''), [], { terminal: true, answers: [false] });
    expect([code, sent, stdout.endsWith('Nothing was changed.\n')]).toEqual([0, [], true]);
  });

  it('are chosen by their labels', async () => {
    const { sent } = await play(inventory(''), ['--yes', '-l', 'stage=prod,stage notin (dev)']);
    expect(restartsIn(sent).toSorted()).toEqual(['cp-o', 'cp-r']);
  });

  it('do not stop each other', async () => {
    const { code, stdout } = await play(inventory(''), ['--yes'], { script: nodes(['cp-d']) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/dev +all +✗ failed/);
    expect(stdout).toMatch(/oslo +all +✓ done/);
    expect(stdout).toContain('go on with what is left: nodeops resume r1\n');
  });

  it('are one run, whose wishes are kept before the first begins', async () => {
    const { wishes, events } = await play(inventory(''), ['--yes', '--parallel', '1'], { script: nodes(['cp-d']) });
    expect(wishes.slice(0, 3)).toMatchObject([{ cluster: 'dev' }, { cluster: 'oslo' }, { cluster: 'rome' }]);
    const started = events.filter((event) => event.type === 'run-started');
    expect(started.map(({ cluster, run }) => `${cluster} ${run}`)).toEqual(['dev r1', 'oslo r1', 'rome r1']);
  });

  it('tell as JSON how each came out', async () => {
    const { stdout } = await play(inventory(''), ['--yes', '-o', 'json', '--parallel', '1']);
    const last: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({
      type: 'fleet-finished',
      run: 'r1',
      members: ['dev', 'oslo', 'rome'].map((cluster) => ({ cluster, wave: 'all', outcome: 'done' })),
    });
  });

  it('of which one cannot even be looked at: the others go on', async () => {
    const script = nodes();
    const facts: Script['facts'] = (node, key) => {
      if (node === 'cp-o') throw new TypeError('x is not a function');
      return script.facts?.(node, key);
    };
    const { code, sent, stderr } = await play(inventory(''), ['--yes'], { script: { ...script, facts } });
    expect([code, restartsIn(sent).toSorted()]).toEqual([3, ['cp-d', 'cp-r']]);
    expect(stderr).toContain('oslo: nodeops met a fault of its own:\nTypeError: x is not a function');
  });
});

describe('waves', () => {
  it('a failure in the first ends it before the next', async () => {
    const { code, sent, stdout } = await play(inventory(waves()), ['--yes'], { script: nodes(['cp-d']) });
    expect([code, restartsIn(sent)]).toEqual([1, ['cp-d']]);
    expect(stdout).toMatch(/rome +prod +! not begun/);
    expect(stdout).toContain('1 of 1 clusters of the wave dev failed (dev), and 0 may\n');
  });

  it('what cannot stay within its failures is not begun at all', async () => {
    const away = nodes();
    const facts: Script['facts'] = (node, key) =>
      node === 'cp-r' && key === 'kubelet-unit' ? { stdout: 'what?' } : away.facts?.(node, key);
    const { code, sent, stderr } = await play(inventory(waves()), ['--yes'], { script: { ...away, facts } });
    expect([code, sent]).toEqual([3, []]);
    expect(stderr).toContain('more clusters are in the way than their waves allow to fail: prod (rome)\n');
    const held = await play(inventory(waves()), ['--yes', '--hold', 'prod'], { script: { ...away, facts } });
    expect(restartsIn(held.sent)).toEqual(['cp-d']);
    const allowed = await play(inventory(waves(', maxFailedClusters: 1')), ['--yes', '-l', 'stage=prod'], {
      script: { ...away, facts },
    });
    expect([allowed.code, restartsIn(allowed.sent)]).toEqual([3, ['cp-o']]);
  });

  it('one cluster alone goes by the rules of its wave', async () => {
    const only = ['--yes', '--cluster', 'rome'];
    const without = await play(inventory(waves(', approval: true')), only);
    expect([without.code, without.sent]).toEqual([3, []]);
    expect(without.stderr).toContain("the wave prod wants a person's yes: type the same with --promote prod\n");
    const promoted = await play(inventory(waves(', approval: true')), [...only, '--promote', 'prod']);
    expect([promoted.code, restartsIn(promoted.sent)]).toEqual([0, ['cp-r']]);
    expect(promoted.events[0]).toMatchObject({ type: 'run-started', wave: 'prod', waveApprovedBy: '--promote' });
  });

  it('end before the one that is held', async () => {
    const { code, sent } = await play(inventory(waves()), ['--yes', '--hold', 'prod']);
    expect([code, restartsIn(sent)]).toEqual([0, ['cp-d']]);
  });

  it('what verify cannot see of a wave is no proof', async () => {
    const { code, sent, stdout } = await play(inventory(waves()));
    expect([code, restartsIn(sent)]).toEqual([3, ['cp-d']]);
    expect(stdout).toContain('the wave dev has not proved itself:\n    dev: ');
  });

  it('is asked by the checks that the inventory names, in its directory', async () => {
    const checks = `, checks: [{ name: shop, command: [ask-shop, "a b"], timeout: 5s }, { name: till, command: ['true'] }]`;
    const asked: LocalCommand[] = [];
    const localCommands: Parts['localCommands'] = () =>
      Promise.resolve({
        run: (command, onOutput) => {
          asked.push(command);
          onOutput(Buffer.from('looking\nno shop here\n'));
          const code = command.argv[0] === 'true' ? 0 : 7;
          return Promise.resolve({ ...silent, exit: { kind: 'code', code } });
        },
      });
    const text = inventory(waves()).replace('selector: stage=dev', `selector: stage=dev${checks}`);
    const { code, stdout } = await play(text, ['--yes'], { localCommands });
    expect(asked).toMatchObject([
      { argv: ['ask-shop', 'a b'], directory: '/fleet', env: { NODEOPS_WAVE: 'dev' }, timeoutMs: 5000 },
      { argv: ['true'], directory: '/fleet', timeoutMs: 60_000 },
    ]);
    expect([code, stdout.includes("    the check shop (ask-shop 'a b'): rc 7: no shop here\n")]).toEqual([3, true]);
    expect(stdout).not.toContain('the check till');
  });

  it('is asked over the net, with secrets from the environment', async () => {
    const asked: WebRequest[] = [];
    const web: Parts['web'] = () =>
      Promise.resolve({
        get: (request) => {
          asked.push(request);
          const body = request.url.includes('/api/v1/query')
            ? '{"status":"error","errorType":"bad_data","error":"no"}'
            : 'well';
          return Promise.resolve({ kind: 'answered', status: 200, body });
        },
        connect: (host, port) => Promise.resolve(`${host}:${port} refuses`),
      });
    const checks = `, checks: [
      { name: front, http: { url: https://shop/, text: well, headers: { Authorization: { env: TOKEN }, Accept: text/plain } } },
      { name: db, tcp: "db:5432" },
      { name: errors, prometheus: { url: http://prom:9090/x/, query: "up", condition: "== 1" } }]`;
    const text = inventory(waves()).replace('selector: stage=dev', `selector: stage=dev${checks}`);
    const unset = await play(text, ['--yes'], { web });
    expect([unset.code, unset.sent]).toEqual([2, []]);
    expect(unset.stderr).toBe('nodeops: $TOKEN is not set; fleet.yaml:5: the check front of the wave dev names it\n');
    const { code, stdout } = await play(text, ['--yes'], { web, env: { TOKEN: 'Bearer x' } });
    expect(code).toBe(3);
    expect(asked.map(({ url, headers }) => [url, headers])).toEqual([
      ['https://shop/', { Authorization: 'Bearer x', Accept: 'text/plain' }],
      ['http://prom:9090/x/api/v1/query?query=up', {}],
    ]);
    expect(stdout).not.toContain('the check front');
    expect(stdout).toContain('    the check db (db:5432): db:5432 refuses\n');
    expect(stdout).toContain(
      '    the check errors (up == 1, asked of http://prom:9090/x/): status 200, bad_data: no\n',
    );
    expect(stdout).not.toContain('Bearer');
  });

  it('a dry run shows them and ends there', async () => {
    const { code, sent, stdout, transports } = await play(inventory(waves(', canary: 1, soak: 1h')), ['--dry-run']);
    expect([code, sent, transports.every(({ refuseWrites }) => refuseWrites)]).toEqual([0, [], true]);
    expect(stdout).toContain('wave dev: none may fail\n  dev ');
    expect(stdout).toContain('wave prod: 1 first, none may fail, well for 1h 00m\n  oslo');
  });

  it('another owner is told of before anything begins anywhere', async () => {
    const { code, sent, stderr } = await play(inventory(''), ['--yes'], { lock });
    expect([code, sent]).toEqual([3, []]);
    expect(stderr).toContain('dev is owned by eve@laptop');
  });
});
