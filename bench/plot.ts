/** Points of one line of a plot. */
export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface Plot {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
}

const [width, height] = [560, 320];
const margin = { left: 64, right: 150, top: 36, bottom: 44 };

/** Powers of ten around all values: both scales are logarithmic. */
const decades = (values: readonly number[]): readonly [number, number] => {
  const exponents = values.filter((value) => value > 0).map(Math.log10);
  const low = Math.floor(Math.min(...exponents));
  return [low, Math.max(low + 1, Math.ceil(Math.max(...exponents)))];
};

const ticks = ([low, high]: readonly [number, number]): readonly number[] =>
  Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** From 0 to 1. */
const place = (value: number, [low, high]: readonly [number, number]): number =>
  (Math.log10(value) - low) / (high - low);

const text = (at: string, what: string, more = ''): string => `<text ${at} ${more}>${escaped(what)}</text>`;

/** A picture of lines over two logarithmic scales, as SVG: twice as many clusters at twice the cost go at 45°. */
export const plotSvg = ({ title, x, y, lines }: Plot): string => {
  const all = lines.flatMap(({ points }) => points);
  const across = decades(all.map(([value]) => value));
  const up = decades(all.map(([, value]) => value));
  const left = (value: number): string =>
    (margin.left + place(value, across) * (width - margin.left - margin.right)).toFixed(1);
  const top = (value: number): string =>
    (height - margin.bottom - place(value, up) * (height - margin.top - margin.bottom)).toFixed(1);
  const grid = [
    ...ticks(across).map(
      (value) =>
        `<path d="M${left(value)} ${margin.top}V${height - margin.bottom}" stroke="#ddd"/>` +
        text(`x="${left(value)}" y="${height - margin.bottom + 16}"`, String(value), 'text-anchor="middle"'),
    ),
    ...ticks(up).map(
      (value) =>
        `<path d="M${margin.left} ${top(value)}H${width - margin.right}" stroke="#ddd"/>` +
        text(`x="${margin.left - 6}" y="${Number(top(value)) + 4}"`, String(value), 'text-anchor="end"'),
    ),
  ];
  const drawn = lines.map(({ name, colour, points }, index) => {
    const path = points.map(([one, other], at) => `${at === 0 ? 'M' : 'L'}${left(one)} ${top(other)}`).join('');
    const dots = points.map(([one, other]) => `<circle cx="${left(one)}" cy="${top(other)}" r="3" fill="${colour}"/>`);
    const label = text(
      `x="${width - margin.right + 12}" y="${margin.top + 12 + 18 * index}"`,
      name,
      `fill="${colour}"`,
    );
    return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${label}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(`x="${margin.left}" y="20"`, title, 'font-size="14"'),
    ...grid,
    ...drawn,
    text(`x="${(width - margin.right + margin.left) / 2}" y="${height - 8}"`, x, 'text-anchor="middle"'),
    text(`x="14" y="${margin.top - 12}"`, y),
    '</svg>',
    '',
  ].join('\n');
};
