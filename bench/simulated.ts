import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runScript, whole } from '../scripts/command-line.ts';
import { plotSvg } from './plot.ts';

const usage = `How a fleet grows: simulated clusters that one command takes over a patch, without faults, nothing held back.

  npm run -s bench:simulated                              1, 10, 50 and 100 clusters of 1+2
  npm run -s bench:simulated -- --sizes 1,500,1000
  npm run -s bench:simulated -- --sizes 1 --workers 499   one large cluster
  npm run -s bench:simulated -- --svg fleets.svg          draws it as well

  --sizes N,N     how many clusters (1,10,50,100)
  --control-planes N, --workers N  of each (1, 2)
  --svg FILE      a plot of processor time and memory

Each size is a process of its own. Virtual time is what an operator would wait; wall, processor time and memory are
those of nodeops and of the simulated machines together, but for "held", which nodeops alone holds when the last cluster
has come to its end.
`;

const cost = z.object({
  clusters: z.number(),
  nodes: z.number(),
  virtual: z.number(),
  criticalPath: z.number(),
  ordinary: z.number(),
  wall: z.number(),
  cpu: z.number(),
  peakRss: z.number(),
  peakHeap: z.number(),
  worldHeap: z.number(),
  held: z.number(),
  loopDelayP99: z.number(),
  commands: z.number(),
});
type Cost = z.infer<typeof cost>;

const one = fileURLToPath(new URL('simulated-fleet.ts', import.meta.url));

const measure = (clusters: number, controlPlanes: number, workers: number): Cost => {
  const size = [`--clusters=${clusters}`, `--control-planes=${controlPlanes}`, `--workers=${workers}`];
  const argv = ['--expose-gc', '--max-old-space-size=8192', one, ...size];
  const said = execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return cost.parse(JSON.parse(said));
};

const columns: readonly (readonly [string, (cost: Cost) => string | number])[] = [
  ['clusters', ({ clusters }) => clusters],
  ['nodes', ({ nodes }) => nodes],
  ['virtual (s)', ({ virtual }) => virtual],
  ['÷ an ordinary one alone', ({ virtual, ordinary }) => (virtual / ordinary).toFixed(2)],
  ['÷ critical path', ({ virtual, criticalPath }) => (virtual / criticalPath).toFixed(3)],
  ['wall (s)', ({ wall }) => wall],
  ['CPU (s)', ({ cpu }) => cpu],
  ['CPU a cluster (s)', ({ cpu, clusters }) => (cpu / clusters).toFixed(2)],
  ['peak RSS (MiB)', ({ peakRss }) => peakRss],
  ['peak heap (MiB)', ({ peakHeap }) => peakHeap],
  ['machines (MiB)', ({ worldHeap }) => worldHeap],
  ['held at the end (KiB a cluster)', ({ held, clusters }) => Math.round((held * 1024) / clusters)],
  ['loop delay p99 (ms)', ({ loopDelayP99 }) => loopDelayP99],
];

const rowText = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |\n`;

const options = {
  sizes: { type: 'string', default: '1,10,50,100' },
  'control-planes': { type: 'string', default: '1' },
  workers: { type: 'string', default: '2' },
  svg: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

await runScript(async () => {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const sizes = values.sizes.split(',').map((size) => whole('sizes', size, 1));
  const [controlPlanes, workers] = [
    whole('control-planes', values['control-planes'], 1),
    whole('workers', values.workers),
  ];
  const head = columns.map(([name]) => name);
  process.stdout.write(rowText(head) + rowText(head.map(() => '---')));
  const costs: Cost[] = [];
  for (const size of sizes) {
    const measured = measure(size, controlPlanes, workers);
    costs.push(measured);
    process.stdout.write(rowText(columns.map(([, cell]) => cell(measured))));
  }
  if (values.svg !== undefined) {
    const line = (name: string, colour: string, of: (each: Cost) => number) => ({
      name,
      colour,
      points: costs.map((each) => [each.clusters, of(each)] as const),
    });
    const lines = [
      line('virtual time (s)', '#2b7', ({ virtual }) => virtual),
      line('CPU (s)', '#27c', ({ cpu }) => cpu),
      line('peak RSS (MiB)', '#c33', ({ peakRss }) => peakRss),
    ];
    writeFileSync(values.svg, plotSvg({ title: `fleets of ${controlPlanes}+${workers}`, x: 'clusters', y: '', lines }));
  }
  return 0;
});
