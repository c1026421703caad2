import { describe, expect, it } from 'vitest';
import { removedApis } from '../../src/gates/removed-apis.ts';
import { judged, satisfied } from '../../src/model/verdict.ts';
import { bound, onCluster } from '../steps/values.ts';

const gate = bound(removedApis, { version: '1.36.3' }, onCluster);
const api = (removedIn?: string) => ({ api: 'a/v1beta1 things', ...(removedIn === undefined ? {} : { removedIn }) });
const told = (minor: string) => ({
  because: `somebody asks for a/v1beta1 things, which ${minor} no longer serves`,
  fix: 'find who: the audit log, annotation k8s.io/deprecated; then kubernetes.io, "Deprecated API Migration Guide"',
});

describe('removed-apis', () => {
  it.each([
    ['nothing', [], satisfied],
    ['deprecated, no end fixed', [api()], satisfied],
    ['gone before', [api('1.35')], judged([told('1.35')], [])],
    ['gone with the target', [api('1.36')], judged([told('1.36')], [])],
    ['gone soon', [api('1.37'), api('1.38')], judged([], [told('1.37'), told('1.38')])],
    ['gone much later', [api('1.39')], satisfied],
    ['what is no minor', [api('later')], satisfied],
  ])('%s', (_what, apis, verdict) => expect(gate.check({ apis })).toEqual(verdict));
});
