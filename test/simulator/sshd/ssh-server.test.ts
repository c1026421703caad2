import { once } from 'node:events';
import ssh2, { type Client, type ClientChannel, type ConnectConfig } from 'ssh2';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startLine } from '../../../src/simulator/shell/start-line.ts';
import { LiveTime } from '../../../src/simulator/sshd/live-time.ts';
import { SshServer } from '../../../src/simulator/sshd/ssh-server.ts';
import type { Sshd } from '../../../src/simulator/transport/sshd.ts';
import { BareHost } from '../bare-host.ts';

// Not Ed25519: one in 256 that ssh2 1.17.0 writes is one that it cannot read.
const newKey = (): { readonly private: string; readonly public: string } =>
  ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
const [hostKey, login, stranger] = [newKey(), newKey(), newKey()];

/** One second of the node in 10 ms. */
const speed = 100;

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly code: number | null | undefined;
  readonly signal: string | undefined;
}

const serve = async () => {
  const machine = new BareHost();
  const failures: unknown[] = [];
  const time = new LiveTime(machine.kernel, speed, (error) => failures.push(error));
  const sshd: Sshd = (host, { line, ...rest }) => startLine(host, line, { ...rest, toolbox: machine.toolbox });
  const server = await SshServer.listen({
    host: machine.host,
    sshd,
    time,
    hostKey: hostKey.private,
    user: 'ops',
    authorizedKey: login.public,
  });
  onTestFinished(async () => {
    time.stop();
    await server.close();
  });
  return { machine, failures, time, server };
};

const connect = async (port: number, config: ConnectConfig = {}): Promise<Client> => {
  const client = new ssh2.Client();
  onTestFinished(() => void client.destroy());
  const ready = once(client, 'ready');
  // What happens once it is ready shows in the channels.
  client.on('error', () => undefined);
  client.connect({ host: '127.0.0.1', port, username: 'ops', privateKey: login.private, ...config });
  await ready;
  return client;
};

const begin = (client: Client, line: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });

const run = async (client: Client, line: string, stdin: Buffer | string = ''): Promise<Answer> => {
  const channel = await begin(client, line);
  const answer: { -readonly [key in keyof Answer]: Answer[key] } = {
    out: '',
    err: '',
    code: undefined,
    signal: undefined,
  };
  channel.on('data', (chunk: Buffer) => (answer.out += chunk.toString('latin1')));
  channel.stderr.on('data', (chunk: Buffer) => (answer.err += chunk.toString('latin1')));
  channel.on('exit', (code: number | null, signal?: string) => Object.assign(answer, { code, signal }));
  channel.end(stdin);
  await once(channel, 'close');
  return answer;
};

const read = ({ files }: BareHost, path: string): string | undefined =>
  files.stat(path) === undefined ? undefined : files.read(path);

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const long = Buffer.alloc(3_000_000, 'nodeops ');

describe('a line', () => {
  it.each<[string, string, Buffer | string, Partial<Answer>]>([
    ['prints to both', 'echo out; echo err >&2', '', { out: 'out\n', err: 'err\n', code: 0 }],
    ['has an exit code', 'exit 37', '', { out: '', err: '', code: 37 }],
    ['ends by a signal', 'kill -9 $$', '', { code: null, signal: 'SIGKILL' }],
    ['gets its input', 'tr a-z A-Z', 'abc\n', { out: 'ABC\n', code: 0 }],
    ['gets and gives any byte', 'cat', everyByte, { out: everyByte.toString('latin1'), code: 0 }],
    ['is UTF-8 itself', "printf '%s' 'é→'", '', { out: Buffer.from('é→').toString('latin1'), code: 0 }],
    // More than the window of a channel (2 MiB in ssh2): the code has to wait for the last of it.
    ['ends behind all that it printed', 'cat; exit 3', long, { out: long.toString(), code: 3 }],
  ])('%s', async (_what, line, stdin, answer) => {
    const { server, failures } = await serve();
    expect(await run(await connect(server.port), line, stdin)).toMatchObject(answer);
    expect(failures).toEqual([]);
  });

  it('takes its time by the real clock, as many times as fast', async () => {
    const { server } = await serve();
    const client = await connect(server.port);
    await run(client, 'true');
    const start = performance.now();
    const { out } = await run(client, 'date +%s; sleep 50; date +%s');
    const [before = 0, after = 0] = out.trim().split('\n').map(Number);
    expect(after - before).toBe(50);
    expect(performance.now() - start).toBeGreaterThanOrEqual(495);
  });
});

describe('several channels at once', () => {
  it('run beside each other on one connection, each with what is its own', async () => {
    const { server } = await serve();
    const client = await connect(server.port);
    const ended: number[] = [];
    const answers = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        // The first one sleeps longest.
        const line = `read -r x; sleep ${100 - 10 * index}; echo "$x"; echo error ${index} >&2; exit ${index}`;
        const answer = await run(client, line, `input ${index}\n`);
        ended.push(index);
        return answer;
      }),
    );
    expect(answers).toEqual(
      answers.map((_, index) => ({ out: `input ${index}\n`, err: `error ${index}\n`, code: index, signal: undefined })),
    );
    expect(ended).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  });

  it('of several connections share the node', async () => {
    const { server, machine } = await serve();
    const clients = await Promise.all([connect(server.port), connect(server.port), connect(server.port)]);
    await Promise.all(clients.map((client, index) => run(client, `sleep ${index}; echo ${index} >> /tmp/log`)));
    expect(machine.files.read('/tmp/log')).toBe('0\n1\n2\n');
  });
});

describe('a connection that is lost', () => {
  it.each([
    ['a line that writes no more goes on to its end', 'sleep 20; echo done > /tmp/mark', 'done\n'],
    ['a line that writes gets SIGPIPE', 'sleep 20; echo x; echo done > /tmp/mark', undefined],
  ])('%s', async (_what, line, mark) => {
    const { server, machine } = await serve();
    const client = await connect(server.port);
    const lost = run(client, `echo begun > /tmp/begun; ${line}; true`);
    await vi.waitUntil(() => read(machine, '/tmp/begun') !== undefined, { interval: 5 });
    const since = machine.kernel.now;
    server.cut();
    expect(await lost).toMatchObject({ out: '', code: undefined, signal: undefined });
    const again = await connect(server.port);
    await run(again, 'sleep 30');
    expect(machine.kernel.now - since).toBeGreaterThan(30_000);
    expect(read(machine, '/tmp/mark')).toBe(mark);
  });
});

describe('a login', () => {
  it.each<[string, ConnectConfig]>([
    ['with another key', { privateKey: stranger.private }],
    ['of another user', { username: 'root' }],
    ['with a password', { privateKey: '', password: 'ops' }],
  ])('%s is refused', async (_what, config) => {
    const { server } = await serve();
    await expect(connect(server.port, config)).rejects.toThrow('All configured authentication methods failed');
  });

  it('shows the key of the host', async () => {
    const { server } = await serve();
    const shown: string[] = [];
    const hostVerifier = (key: Buffer): boolean => shown.push(key.toString('base64')) > 0;
    await connect(server.port, { hostVerifier });
    expect(shown).toEqual([hostKey.public.split(' ')[1]]);
  });
});

describe('what the simulator does not model', () => {
  it('is told, and nothing goes on after it', async () => {
    const { server, failures, machine } = await serve();
    const client = await connect(server.port);
    (await begin(client, 'no-such-program-at-all --flag')).end();
    await vi.waitUntil(() => failures.length > 0, { interval: 5 });
    expect(failures).toMatchObject([{ name: 'SimulatorGap' }]);
    (await begin(client, 'echo x > /tmp/mark')).end();
    await connect(server.port);
    expect(read(machine, '/tmp/mark')).toBeUndefined();
  });
});
