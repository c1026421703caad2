import type { StagedRun } from './staged-run.ts';

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    readonly colour: string;
    readonly of: (run: StagedRun) => number;
  }[];
}

const panels: readonly Panel[] = [
  {
    title: 'time',
    unit: 's',
    series: [
      { name: 'wall', colour: '#4078f2', of: ({ wall }) => wall },
      { name: 'the longest cluster', colour: '#8a919d', of: ({ longest }) => longest },
    ],
  },
  {
    title: 'processor time of nodeops',
    unit: 's',
    series: [{ name: 'CPU', colour: '#c18401', of: (run) => run.cpuSeconds }],
  },
  { title: 'memory, at most', unit: 'MiB', series: [{ name: 'RSS', colour: '#50a14f', of: ({ peakMiB }) => peakMiB }] },
  {
    title: 'event loop, 99 of 100 turns',
    unit: 'ms',
    series: [
      { name: 'late by the clock', colour: '#e45649', of: ({ delayP99Ms }) => delayP99Ms },
      { name: 'own processor time', colour: '#a626a4', of: ({ stretchP99Ms }) => stretchP99Ms },
    ],
  },
];

const [width, height, margin, gap] = [190, 130, 36, 24] as const;

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const panelText = ({ title, unit, series }: Panel, runs: readonly StagedRun[]): string => {
  const top = Math.max(...series.flatMap(({ of }) => runs.map(of)), Number.MIN_VALUE);
  const x = (index: number): number =>
    runs.length === 1 ? width / 2 : (index / (runs.length - 1)) * (width - 20) + 10;
  const y = (value: number): number => height - (value / top) * (height - 14);
  const lines = series.map(({ colour, of, name }, nth) => {
    const points = runs.map((run, index) => [x(index), y(of(run)), of(run)] as const);
    const path = `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(' ')}"/>`;
    const marks = points.map(
      ([a, b, value]) =>
        `<circle cx="${a.toFixed(1)}" cy="${b.toFixed(1)}" r="3" fill="${colour}"/><text x="${a.toFixed(1)}" y="${(b + (nth === 0 || b + 16 > height ? -6 : 14)).toFixed(1)}" text-anchor="middle" fill="${colour}">${number(value)}</text>`,
    );
    return `${path}${marks.join('')}<text y="${height + 30 + nth * 14}" fill="${colour}">${name}</text>`;
  });
  const ticks = runs.map(
    ({ clusters }, index) =>
      `<text x="${x(index).toFixed(1)}" y="${height + 14}" text-anchor="middle">${clusters}</text>`,
  );
  return `<text y="-14" font-weight="bold">${title} (${unit})</text><line x2="${width}" y1="${height}" y2="${height}" stroke="#a0a7b4"/>${ticks.join('')}${lines.join('')}`;
};

/** What each number of clusters needed, one panel a quantity, as SVG. */
export const plotOf = (runs: readonly StagedRun[]): string => {
  const all = panels.map(
    (panel, index) =>
      `<g transform="translate(${margin / 2 + index * (width + gap)},${margin})">${panelText(panel, runs)}</g>`,
  );
  const [w, h] = [panels.length * (width + gap) + margin / 2, height + margin + 54];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" font-family="sans-serif" font-size="11" fill="#57606a"><rect width="${w}" height="${h}" fill="#ffffff"/>${all.join('\n')}</svg>\n`;
};
