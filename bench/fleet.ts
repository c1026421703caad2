import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildWhenStale } from '../scripts/build.ts';
import { runScript, whole } from '../scripts/command-line.ts';
import { plotOf } from './fleet-plot.ts';
import { runStaged, type StagedRun } from './staged-run.ts';

const usage = `How nodeops upgrades many clusters: simulated ones of one control plane and two workers, each node behind a real SSH
server on loopback, in a process of their own.

  npm run -s bench:fleet                        1, 10 and 100 clusters, all of them at once
  npm run -s bench:fleet -- --clusters 1,300 --speed 1 --svg fleet.svg

  --clusters N,N    how many, one upgrade after the other (1,10,100)
  --speed N         how many times as fast as the clock the clusters live (2): more than the machine can follow measures
                    the machine
  --parallel N      how many are upgraded at once (all)
  --svg FILE        draws what was measured
  --node OPTION     an option of Node for nodeops, for a profile: --node=--cpu-prof
`;

const headings: readonly (readonly [string, (run: StagedRun) => string])[] = [
  ['clusters', ({ clusters }) => String(clusters)],
  ['wall (s)', ({ wall }) => wall.toFixed(1)],
  ['looking (s)', ({ looking }) => looking.toFixed(1)],
  ['longest cluster (s)', ({ longest }) => longest.toFixed(1)],
  ['wall ÷ longest', ({ wall, longest }) => (wall / longest).toFixed(2)],
  ['CPU (s)', ({ cpuSeconds }) => cpuSeconds.toFixed(1)],
  ['loop busy', ({ busy }) => `${(busy * 100).toFixed(0)} %`],
  ['memory (MiB)', ({ peakMiB }) => peakMiB.toFixed(0)],
  ['heap (MiB)', ({ peakHeapMiB }) => peakHeapMiB.toFixed(0)],
  ['loop p99 (ms)', ({ delayP99Ms }) => delayP99Ms.toFixed(1)],
  ['own CPU p99 (ms)', ({ stretchP99Ms }) => stretchP99Ms.toFixed(1)],
  ['own CPU max (ms)', ({ stretchMaxMs }) => stretchMaxMs.toFixed(1)],
  ['stage CPU (s)', ({ stageCpu }) => stageCpu.toFixed(1)],
];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

const wishFrom = () => {
  const { values } = parseArgs({
    options: {
      clusters: { type: 'string', default: '1,10,100' },
      speed: { type: 'string', default: '2' },
      parallel: { type: 'string' },
      svg: { type: 'string' },
      node: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    ...values,
    clusters: values.clusters.split(',').map((text) => whole('clusters', text, 1)),
    speed: whole('speed', values.speed, 1),
    parallel: values.parallel === undefined ? undefined : whole('parallel', values.parallel, 1),
  };
};

await runScript(async () => {
  const { help, clusters, speed, parallel, svg, node } = wishFrom();
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  buildWhenStale();
  process.stdout.write(row(headings.map(([heading]) => heading)) + row(headings.map(() => '---')));
  const runs: StagedRun[] = [];
  for (const count of clusters) {
    const run = await runStaged({ clusters: count, speed, parallel: parallel ?? count, nodeOptions: node });
    runs.push(run);
    process.stdout.write(row(headings.map(([, cell]) => cell(run))));
  }
  if (svg !== undefined) writeFileSync(svg, plotOf(runs));
  return 0;
});
