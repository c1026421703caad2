import { newPid } from '../shell/proc.ts';
import type { Actor } from '../world/actor.ts';
import type { Component, Host } from '../world/host.ts';
import { commandIn, imageIn, versionOfImage } from './manifests.ts';
import { certificatesNamed } from './used-certificates.ts';

/** A container of a static pod that begins now, by its manifest. */
export const begunComponent = (host: Host, name: Component['name'], manifest: string, stoppedBy: Actor): Component => {
  const image = imageIn(manifest) ?? '';
  const argv = commandIn(manifest);
  const { now } = host.kernel;
  return {
    name,
    image,
    version: versionOfImage(image),
    pid: newPid(host),
    argv,
    startedAt: now,
    certificates: certificatesNamed(host.files, argv),
    state: 'starting',
    since: now,
    stoppedBy,
  };
};
