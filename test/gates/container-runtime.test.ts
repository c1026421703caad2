import { describe, expect, it } from 'vitest';
import { containerRuntime } from '../../src/gates/container-runtime.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onWorker } from '../steps/values.ts';

const old = (installed: string, target: string, listed: string) =>
  judged(
    [],
    [
      {
        because: `paris-w1: containerd ${installed}; Kubernetes ${target} lists ${listed}`,
        fix: 'one drained node at a time, and told before what breaks: nodeops runtime upgrade --to 2 --dry-run',
      },
    ],
  );

describe('container-runtime', () => {
  it.each([
    ['Debian 12’s own', '1.6.20~ds1', '1.36.3', old('1.6.20~ds1', '1.36.3', '2.2.0+, 2.3.0+')],
    ['a patch too old', '1.7.27', '1.35.4', old('1.7.27', '1.35.4', '1.7.28+, 2.1.5+, 2.2.0+')],
    ['the patch that is listed', '1.7.28', '1.35.4', satisfied],
    ['its minor is listed no more', '1.7.28', '1.36.3', old('1.7.28', '1.36.3', '2.2.0+, 2.3.0+')],
    ['a minor between those that are listed', '2.0.5', '1.35.4', old('2.0.5', '1.35.4', '1.7.28+, 2.1.5+, 2.2.0+')],
    ['a minor above them', '2.4.0', '1.36.3', satisfied],
    ['a target that lists none', '1.6.20', '1.34.4', satisfied],
    ['a target above the list', '2.2.0', '1.37.1', satisfied],
  ])('%s', (_what, version, target, verdict) => {
    const gate = bound(containerRuntime, { version: target }, onWorker());
    expect(gate.check({ runtime: { name: 'containerd', version } })).toEqual(verdict);
  });
});
