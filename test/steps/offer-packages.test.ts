import { describe, expect, it } from 'vitest';
import { satisfied } from '../../src/model/verdict.ts';
import { offerPackages } from '../../src/steps/offer-packages.ts';
import { bound, onWorker } from './values.ts';

const wish = { version: '1.36.3', packageSource: 'https://pkgs.k8s.io/core:/stable:', lockSeconds: 300 };
const step = bound(offerPackages, wish, onWorker());
const none = { repository: { files: {}, entries: [] }, offered: undefined };

describe('offer-packages', () => {
  it('writes the source of the minor where there is none', () => {
    expect(step.check(none)).toEqual({
      kind: 'needed',
      changes: [
        '/etc/apt/sources.list.d/kubernetes.list: deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.asc] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /',
      ],
    });
    expect(step.typed(none).join()).toContain('Release.key');
  });

  it('leaves a source that somebody wrote', () => {
    const entry = {
      file: '/etc/apt/sources.list.d/k8s.list',
      line: 1,
      format: 'list',
      uri: 'https://mirror.example/core:/stable:/v1.35/deb/',
      suite: '/',
      enabled: true,
      minor: '1.35',
      legacy: false,
    };
    expect(step.check({ ...none, repository: { files: {}, entries: [entry] } })).toEqual(satisfied);
    expect(step.check({ ...none, repository: { files: {}, entries: [{ ...entry, enabled: false }] } })).toMatchObject({
      kind: 'needed',
    });
  });
});
