import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runScript, whole } from './command-line.ts';
import { setFleet } from './stage/fleet.ts';

const usage = `Simulated clusters behind real SSH servers on 127.0.0.1, for as long as this program runs.

  npm run -s stage -- --clusters 300
  npm run -s stage -- --clusters 4 --speed 5 --directory ./four

  --clusters N        how many, from 1 to 300 (4); each of one control plane and --workers N (2)
  --version VERSION   what they run (1.35.4)
  --speed N           how many times as fast as the clock they live, 1 to 100 (20)
  --no-waves          all together, instead of in the waves dev, staging and prod
  --directory DIR     where the inventory, the key and known_hosts go; a temporary one otherwise, removed in the end

Once they can be reached it says how. Another terminal does with them what it likes:

  cd DIR && nodeops upgrade --inventory inventory.yaml --to 1.36.3

Ctrl-C ends them all. Exit code 1 where a node was asked for what the simulator does not model.
`;

const most = 300;

const wishFrom = () => {
  const { values } = parseArgs({
    options: {
      clusters: { type: 'string', default: '4' },
      workers: { type: 'string', default: '2' },
      version: { type: 'string', default: '1.35.4' },
      speed: { type: 'string', default: '20' },
      waves: { type: 'boolean', default: true },
      directory: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowNegative: true,
  });
  const clusters = whole('clusters', values.clusters, 1);
  if (clusters > most) throw new RangeError(`--clusters ${clusters}: expected at most ${most}`);
  const speed = Number(values.speed);
  if (!(speed >= 1 && speed <= 100)) throw new RangeError(`--speed ${values.speed}: expected a number from 1 to 100`);
  const { help, version, waves, directory } = values;
  return { help, clusters, workers: whole('workers', values.workers), version, speed, waves, directory };
};

await runScript(async () => {
  const { help, directory: asked, ...wish } = wishFrom();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  const stopped = new Promise<number>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0));
    // Who began it as a child and is gone cannot end it any more.
    process.on('disconnect', () => end(0));
  });
  const directory = asked === undefined ? mkdtempSync(join(tmpdir(), 'nodeops-stage-')) : resolve(asked);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const failed = Promise.withResolvers<number>();
  const fleet = await setFleet({
    ...wish,
    directory,
    controlPlanes: 1,
    onFailure: (cluster, error) => {
      process.stderr.write(`${cluster}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      failed.resolve(1);
    },
  });
  process.stdout.write(
    `${wish.clusters} clusters can be reached: cd ${directory} && nodeops upgrade --inventory inventory.yaml --to 1.36.3\n`,
  );
  process.send?.({ ready: true });
  const code = await Promise.race([stopped, failed.promise]);
  await fleet.close();
  if (asked === undefined) rmSync(directory, { recursive: true, force: true });
  if (process.connected) process.disconnect();
  return code;
});
