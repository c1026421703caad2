/**
 * The fewest faults that still break: each is left out in turn, and stays out where it makes no difference; then what
 * remains is made simpler by `simpler`, one candidate at a time, as long as it still breaks.
 * `breaks` is asked at most `budget` times.
 */
export const shrink = async <T>(
  faults: readonly T[],
  simpler: (fault: T) => readonly T[],
  breaks: (faults: readonly T[]) => Promise<boolean>,
  budget = 60,
): Promise<readonly T[]> => {
  let left = budget;
  let kept = faults;
  const still = async (candidate: readonly T[]): Promise<boolean> => {
    if (left === 0) return false;
    left -= 1;
    if (!(await breaks(candidate))) return false;
    kept = candidate;
    return true;
  };
  for (let at = 0; at < kept.length;) if (!(await still(kept.toSpliced(at, 1)))) at += 1;
  for (let at = 0; at < kept.length; at += 1) {
    for (let again = true; again;) {
      again = false;
      const fault = kept[at];
      if (fault === undefined) break;
      for (const candidate of simpler(fault)) {
        again = await still(kept.with(at, candidate));
        if (again) break;
      }
    }
  }
  return kept;
};
