import { describe, expect, it } from 'vitest';
import { coveredBy, coversNothing } from '../../src/backup/covered-claims.ts';
import type { BackupHook, CoveredClaims } from '../../src/model/cluster.ts';
import { parseLabelSelector } from '../../src/model/label-selector.ts';

const claim = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  claim: name,
  namespace: name.split('/')[0] ?? '',
  labels,
});
const claims = [claim('shop/data', { app: 'db' }), claim('shop/logs'), claim('blog/data', { app: 'db' })];

const hook = (...covers: readonly CoveredClaims[]): BackupHook => ({
  name: 'h',
  argv: ['true'],
  place: { kind: 'control-plane' },
  covers,
  timeoutMs: 1000,
});
const named = (name: string): CoveredClaims => ({ kind: 'named', claim: name });
const selected = (text: string, namespace?: string): CoveredClaims => ({
  kind: 'selected',
  selector: { text, labels: text === '' ? [] : (parseLabelSelector(text) ?? []) },
  ...(namespace === undefined ? {} : { namespace }),
});

describe('the claims that a hook saves', () => {
  it.each([
    ['by name', [named('shop/data')], ['shop/data']],
    ['by label, in every namespace', [selected('app=db')], ['shop/data', 'blog/data']],
    ['by label, in one', [selected('app=db', 'shop')], ['shop/data']],
    ['all of a namespace', [selected('', 'shop')], ['shop/data', 'shop/logs']],
    ['without a label', [selected('!app')], ['shop/logs']],
    ['each once', [named('shop/data'), selected('app=db')], ['shop/data', 'blog/data']],
    ['none', [], []],
  ])('%s', (_what, covers, expected) => expect(coveredBy(hook(...covers), claims)).toEqual(expected));

  it('what nobody has is told', () =>
    expect(
      coversNothing(
        hook(named('shop/dta'), named('shop/data'), selected('app=x', 'shop'), selected('', 'gone')),
        claims,
      ),
    ).toEqual(['shop/dta', 'claims of shop with app=x', 'claims of gone']));
});
