import { companionsOf } from '../../cluster/component-versions.ts';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { askHealth, handshake } from './curl-handshake.ts';
import { readOptions, type Options } from './options.ts';

const table = {
  program: 'curl',
  flags: ['--silent', '--show-error', '--location', '--head', '-s', '-k', '-v', '-f'],
  valued: ['--connect-timeout', '--max-time', '--header', '--write-out', '-o'],
} as const;

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Whether the registry of Kubernetes has an image: those of every version that a repository offers. */
const published = (call: Call, name: string, tag: string): boolean => {
  const versions = [...call.host.world.offers.values()].flat().map((deb) => deb.replace(/-.*$/, ''));
  if (/^kube-(apiserver|controller-manager|scheduler|proxy)$/.test(name)) return versions.includes(tag.slice(1));
  const companions = [...new Set(versions.map(minorOf))].map((minor) => companionsOf(`${minor}.0`));
  return companions.some(
    ({ etcd, coredns, pause }) =>
      (name === 'etcd' && tag === etcd) ||
      (name === 'coredns/coredns' && tag === coredns) ||
      (name === 'pause' && tag === pause),
  );
};

const asksForCertificate = (options: Options): boolean =>
  options.has('-s') &&
  options.has('-k') &&
  options.has('-v') &&
  !options.has('-f') &&
  options.value('-o') === '/dev/null';

const asksQuietly = (options: Options): boolean =>
  options.has('-s') &&
  options.has('-k') &&
  options.has('-f') &&
  !options.has('-v') &&
  options.value('-o') === '/dev/null';

/**
 * `curl --head` of a manifest at registry.k8s.io, or at a mirror of it, which has all of it, and what is shown on the
 * way to one of a control plane's own ports; any other use is a gap.
 */
export const curl: Tool = function* (call): Task<number> {
  const options = readOptions(table, call.argv.slice(1));
  const [url = '', ...rest] = options.rest;
  const port = /^https:\/\/127\.0\.0\.1:(\d+)\//.exec(url)?.[1];
  if (port !== undefined && rest.length === 0 && asksForCertificate(options)) return yield* handshake(call, port);
  const leader = /^https:\/\/127\.0\.0\.1:(10257|10259)\/healthz$/.exec(url)?.[1];
  if (leader !== undefined && rest.length === 0 && asksQuietly(options)) return yield* askHealth(call, leader);
  if (options.has('-s', '-k', '-v', '-f', '-o')) throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  const [, name, tag] =
    /^https:\/\/registry\.k8s\.io\/v2\/(.+)\/manifests\/([^/?]+)$/.exec(url) ??
    /^https?:\/\/[^/]+\/v2\/(.+)\/manifests\/([^/?]+)\?ns=registry\.k8s\.io$/.exec(url) ??
    [];
  const format = options.value('--write-out');
  if (name === undefined || tag === undefined || rest.length > 0 || !options.has('--head'))
    throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  if (format !== String.raw`status %{http_code}\n`) throw new SimulatorGap(`curl: --write-out ${format ?? ''}`);
  const { kernel, world, faults } = call.host;
  yield kernel.now + world.random.between(30, 400);
  if (faults.registry === 'down') {
    call.out('status 000\n');
    call.err('curl: (6) Could not resolve host: registry.k8s.io\n');
    return 6;
  }
  const status = published(call, name, tag) ? 200 : 404;
  call.out(`HTTP/2 ${status} \r\n\r\nstatus ${status}\n`);
  return 0;
};
