import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node } from '../../src/model/cluster.ts';
import { ConnectError, type Transport } from '../../src/ports/transport.ts';
import { openLab, shell } from './lab.ts';

const lab = openLab();
let node: Node;
let transport: Transport;
beforeAll(async () => {
  node = lab.node(await lab.trusted());
  transport = lab.transport();
});
afterAll(() => lab.close());

describe('reaching a node', () => {
  it('sends no command where it is known how to be root, and says why it cannot be reached', async () => {
    const sshd = await lab.trusted();
    const fresh = lab.transport();
    const root = { ...lab.node(sshd), become: { method: 'none' } as const };
    await fresh.reach?.(root);
    expect(sshd.log()).toContain('Accepted publickey');
    expect(fresh.counters().roundTrips).toBe(0);
    expect((await fresh.run(root, shell('echo on'))).stdout).toBe('on\n');
    await expect(fresh.reach?.({ ...root, ssh: { ...root.ssh, port: 1 } })).rejects.toThrow(ConnectError);
  });
});

describe('exits', () => {
  it.each([0, 1, 75, 255])('code %i', async (code) => {
    const { exit } = await transport.run(node, shell(`exit ${code}`));
    expect(exit).toEqual({ kind: 'code', code });
  });

  it('a signal, named without SIG', async () => {
    const { exit } = await transport.run(node, shell('kill -TERM $$; sleep 5'));
    expect(exit).toEqual({ kind: 'signal', signal: 'TERM' });
  });

  it('a program that does not exist is rc 127', async () => {
    const result = await transport.run(node, { ...shell(''), argv: ['no-such-program'] });
    expect(result.exit).toEqual({ kind: 'code', code: 127 });
  });
});

describe('output', () => {
  it('keeps the streams apart and trims nothing', async () => {
    const result = await transport.run(node, shell('printf " out \\n\\n"; printf " err \\n" >&2'));
    expect(result).toMatchObject({ stdout: ' out \n\n', stderr: ' err \n', truncated: false });
  });

  it('has all of stderr when stdout ends early', async () => {
    const result = await transport.run(node, shell('exec 1>&-; head -c 400000 /dev/zero | tr "\\0" e >&2'));
    expect(result.stderr).toHaveLength(400_000);
  });

  it('decodes characters that arrive in pieces', async () => {
    const euro = String.raw`printf "\342"; sleep 0.05; printf "\202"; sleep 0.05; printf "\254"`;
    expect((await transport.run(node, shell(euro))).stdout).toBe('€');
  });

  it('keeps head and tail of what is too long, whole characters only', async () => {
    const result = await transport.run(node, shell('for i in $(seq 2000); do printf "€"; done; printf end'), {
      keepBytes: 100,
    });
    expect(result.truncated).toBe(true);
    expect(result.stdout).toMatch(/^€{16}\n\[… \d+ bytes left out …\]\n€{15}end$/);
  });

  it('hands pieces over as they come', async () => {
    const pieces: string[] = [];
    const asked = shell('echo one; read line; echo two', { stdin: 'go\n' });
    await transport.run(node, asked, { onStdout: (chunk) => pieces.push(chunk.toString()) });
    expect(pieces.join('')).toBe('one\ntwo\n');
  });

  it('takes little memory for a lot of it', async () => {
    const before = process.memoryUsage().rss;
    let highest = before;
    let bytes = 0;
    const result = await transport.run(node, shell('head -c 300000000 /dev/zero | tr "\\0" x'), {
      onStdout: (chunk) => {
        bytes += chunk.length;
        highest = Math.max(highest, process.memoryUsage.rss());
      },
    });
    expect(bytes).toBe(300_000_000);
    expect(result).toMatchObject({ exit: { kind: 'code', code: 0 }, truncated: true });
    expect(result.stdout.length).toBeLessThan(1_100_000);
    expect((highest - before) / 1e6).toBeLessThan(120);
  });

  it("an exception of a callback is the caller's, and the connection stays", async () => {
    const run = transport.run(node, shell('echo x'), {
      onStdout: () => {
        throw new Error('a bug of the caller');
      },
    });
    await expect(run).rejects.toThrow('a bug of the caller');
    expect((await transport.run(node, shell('echo still'))).stdout).toBe('still\n');
  });
});

describe('input', () => {
  it('is sent, then ended', async () => {
    const stdin = `first\nünï "quoted" $HOME\n${'x'.repeat(3_000_000)}`;
    const result = await transport.run(node, shell('cat | sha256sum; wc -c < /dev/null', { stdin }));
    const { createHash } = await import('node:crypto');
    expect(result.stdout).toContain(createHash('sha256').update(stdin).digest('hex'));
  });

  it('is empty when there is none', async () => {
    expect((await transport.run(node, shell('cat; echo done'))).stdout).toBe('done\n');
  });

  it('need not be read', async () => {
    const { exit } = await transport.run(node, shell('exit 3', { stdin: 'x'.repeat(5_000_000) }));
    expect(exit).toEqual({ kind: 'code', code: 3 });
  });

  it('goes with the environment, exactly', async () => {
    const env = { A: `it's "x" $HOME\nnext` };
    expect((await transport.run(node, shell('printf %s "$A"', { env }))).stdout).toBe(env.A);
  });
});

it('counts what went over the wire', async () => {
  const counted = lab.transport();
  await counted.run(node, shell('true'));
  await counted.run(node, shell('true', { effect: 'scratch' }));
  await counted.run(node, shell('true', { effect: 'write' }));
  await counted.put(node, `${lab.directory}/counted`, 0o600, 'x');
  expect(counted.counters()).toEqual({ reads: 1, scratches: 1, writes: 2, roundTrips: 4 });
});

it('a dry run sends no write', async () => {
  const dry = lab.transport({ refuseWrites: true });
  await expect(dry.run(node, { ...shell(''), argv: ['apt-get', 'install', 'x y'], effect: 'write' })).rejects.toThrow(
    "apt-get install 'x y'",
  );
  await expect(dry.put(node, '/etc/x', 0o600, '')).rejects.toThrow('put /etc/x');
  expect(dry.counters()).toEqual({ reads: 0, scratches: 0, writes: 0, roundTrips: 0 });
  expect((await dry.run(node, shell('echo read'))).stdout).toBe('read\n');
});

it('a closed transport opens nothing any more', async () => {
  const closed = lab.transport();
  const running = closed.run(node, shell('sleep 10'));
  await closed.run(node, shell('true'));
  await closed.close();
  expect((await running).exit.kind).toBe('unknown');
  await expect(closed.run(node, shell('true'))).rejects.toThrow('closed');
});
