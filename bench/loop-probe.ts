import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { LoopFigures } from './loop-figures.ts';

/**
 * Preloaded into a program (`node --import`): when it ends, what it cost and how long it kept its event loop from turning
 * is written to the file that NODEOPS_BENCH_FIGURES names.
 */
const path = process.env['NODEOPS_BENCH_FIGURES'] ?? '';

/** How often the loop is asked, in ms: what is shorter is not seen, and asking itself costs nothing to speak of. */
const resolution = 10;

const delay = monitorEventLoopDelay({ resolution });
delay.enable();
let peakHeap = 0;
/** Of processor time, in ms, between two turns of a timer: what a busy machine takes from us is not in it. */
const stretches: number[] = [];
let before = process.threadCpuUsage();
const timer = setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  before = process.threadCpuUsage();
  stretches.push((user + system) / 1000);
  if (stretches.length % 100 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}, resolution);
timer.unref();

const share = (sorted: readonly number[], part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;

process.once('exit', () => {
  delay.disable();
  const { user, system } = process.cpuUsage();
  const sorted = stretches.toSorted((a, b) => a - b);
  const figures: LoopFigures = {
    cpuSeconds: (user + system) / 1e6,
    // In KiB. Source: getrusage(2), ru_maxrss.
    peakMiB: process.resourceUsage().maxRSS / 1024,
    peakHeapMiB: peakHeap / 2 ** 20,
    busy: performance.eventLoopUtilization().utilization,
    // A turn is asked for every 10 ms: what is above is the delay.
    delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - resolution),
    delayMaxMs: Math.max(0, delay.max / 1e6 - resolution),
    stretchP99Ms: share(sorted, 0.99),
    stretchMaxMs: sorted.at(-1) ?? 0,
  };
  writeFileSync(path, JSON.stringify(figures));
});
