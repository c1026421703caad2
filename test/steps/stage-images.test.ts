import { describe, expect, it } from 'vitest';
import { needed, satisfied } from '../../src/model/verdict.ts';
import { stageImages } from '../../src/steps/stage-images.ts';
import {
  api,
  bound,
  kubeadmConfigOf,
  old,
  onControlPlane,
  onWorker,
  packagesOf,
  staticPodsOf,
  target,
} from './values.ts';

const step = bound(stageImages, { version: target }, onControlPlane());
const deb = 'kubeadm_1.36.3-1.1_amd64.deb';
const seen = {
  pods: staticPodsOf(old),
  there: { kubeadm: { '1.36.3-1.1': deb } },
  state: packagesOf(old),
  config: { ...kubeadmConfigOf(old), raw: 'imageRepository: mirror.example\nkubernetesVersion: v1.35.4\n' },
};
const staged = (version: string, ...missing: readonly string[]) => ({ ...seen, staged: { version, missing } });

describe('stage-images', () => {
  it.each([
    ['nothing was pulled', seen, needed('pull the images of 1.36.3')],
    ['those of another version were', staged('1.36.1'), needed('pull the images of 1.36.3')],
    ['they were, and are there', staged(target), satisfied],
    ['one was taken away', staged(target, 'registry.k8s.io/pause:3.10.2'), needed('pull registry.k8s.io/pause:3.10.2')],
    ['the control plane is upgraded already', { ...seen, pods: staticPodsOf(target) }, satisfied],
    ['nobody can say which images these are', { ...seen, there: {} }, satisfied],
  ])('%s', (_what, facts, verdict) => expect(step.check(facts)).toEqual(verdict));

  it('is nothing on a worker', () => {
    expect(bound(stageImages, { version: target }, onWorker()).check(seen)).toEqual(satisfied);
  });

  it('pulls with the kubeadm of the target, what the cluster configures', () => {
    const [action] = step.apply(seen, api);
    if (action?.do !== 'exec') throw new Error('no command');
    expect(action.command.argv[2]).toContain(`dpkg-deb -x /var/cache/apt/archives/${deb} "$T"`);
    expect(action.command.stdin).toBe('imageRepository: mirror.example\nkubernetesVersion: v1.36.3\n');
  });

  it('with the installed one, where that is the target already', () => {
    const [action] = step.apply({ ...seen, there: {}, state: packagesOf(target) }, api);
    if (action?.do !== 'exec') throw new Error('no command');
    expect(action.command.argv[2]).toContain('\nkubeadm=kubeadm\n');
    expect(action.command.argv[2]).not.toContain('dpkg-deb');
  });
});
