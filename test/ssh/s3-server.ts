import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeFolder } from '../../docker/build/whole-folder.ts';
import { exclusively } from '../../docker/exclusive.ts';
import { cache } from '../../docker/paths.ts';
import { during } from '../../docker/progress.ts';
import { run } from '../../docker/run-command.ts';
import { until } from '../../docker/until.ts';
import { programPath } from './programs.ts';

/** A server of S3 over a directory. Built once a machine from its Go module, beside the lab's own parts. */
const version = '1.8.0';
const module = 'github.com/versity/versitygw/cmd/versitygw';

/** How long it may take where neither it nor Go's caches are there: 201 s on two busy cores. */
export const coldBuildMs = 20 * 60_000;

const built = async (): Promise<string> => {
  const folder = await exclusively('versitygw', () =>
    wholeFolder(join(cache, 'binaries', `versitygw-${version}`), (work) =>
      during(`compiling an S3 server (versitygw ${version})`, async () => {
        if (programPath('go') === undefined)
          throw new Error('the SSH suite compiles an S3 server once: install Go (https://go.dev/doc/install)');
        const env = { GOBIN: work, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' };
        await run(['go', 'install', '-trimpath', '-ldflags=-s -w', `${module}@v${version}`], { env });
      }),
    ),
  );
  return join(folder, 'versitygw');
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

export interface S3Server {
  readonly endpoint: string;
  /** Where its buckets lie: what somebody does who gets at the store itself. */
  readonly directory: string;
  /** What its one user logs in with. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/** Any answer will do: without a signature it is a refusal. */
const answers = async (endpoint: string): Promise<boolean> => {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
};

const stopped = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });

/** Starts an S3 server on loopback with these buckets, all of it in a directory that goes with it. */
export const startS3Server = async (buckets: readonly string[]): Promise<S3Server> => {
  const binary = await built();
  const directory = mkdtempSync(join(tmpdir(), 'nodeops-s3-'));
  for (const bucket of buckets) mkdirSync(join(directory, bucket));
  const [address, access, secret] = [`127.0.0.1:${await freePort()}`, 'lab', 'labsecret'];
  const argv = ['--quiet', '--port', address, '--access', access, '--secret', secret, 'posix', directory];
  const server = spawn(binary, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const stop = async (): Promise<void> => {
    await stopped(server);
    rmSync(directory, { recursive: true, force: true });
  };
  const endpoint = `http://${address}`;
  await until(async () => server.exitCode !== null || (await answers(endpoint)), 30_000, 50);
  if (!(await answers(endpoint))) {
    await stop();
    throw new Error(`${binary} does not answer at ${endpoint}: ${said}`);
  }
  return { endpoint, directory, env: { AWS_ACCESS_KEY_ID: access, AWS_SECRET_ACCESS_KEY: secret }, stop };
};
