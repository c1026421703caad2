const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `100m` → 0.1, `70Mi` → 73400320; undefined for what is none. Source: apimachinery, api/resource, Quantity. */
export const readQuantity = (text: string): number | undefined => {
  const [, number, suffix = ''] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|k|[MGTPE]i?|Ki)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (suffix === '' ? 1 : (factors[suffix] ?? Number.NaN));
};
