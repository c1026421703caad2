import { X509Certificate } from 'node:crypto';
import type { FoundCertificates } from './found-certificates.ts';
import type { Wish } from './invariant.ts';
import { controlPlanes } from './reading.ts';
import type { SeenHost, SeenWorld } from './seen-world.ts';

/** Of a certificate, or of the one that a kubeconfig holds, in ms since the epoch; NaN where there is none. */
const endOf = (text: string): number => {
  const held = /^ *client-certificate-data: (\S+)$/m.exec(text)?.[1];
  const pem = held === undefined ? text : Buffer.from(held, 'base64').toString('latin1');
  return pem.includes('BEGIN CERTIFICATE') ? Date.parse(new X509Certificate(pem).validTo) : Number.NaN;
};

const textOf = ({ files }: SeenHost, path: string): string =>
  files.stat(path)?.kind === 'file' ? files.read(path) : '';

const newLacks = (host: SeenHost, { signed, keys }: FoundCertificates, now: number): readonly string[] => [
  ...[...signed].flatMap(([path, before]) => {
    const end = endOf(textOf(host, path));
    if (Number.isNaN(end)) return [`${path} holds no certificate`];
    if (end <= now) return [`the certificate of ${path} has ended`];
    return end > endOf(before) ? [] : [`the certificate of ${path} was not renewed`];
  }),
  ...[...keys].flatMap(([path, before]) =>
    textOf(host, path) === before ? [`${path} is the key of the certificate of before`] : [],
  ),
];

const sameLacks = (host: SeenHost, found: ReadonlyMap<string, string>): readonly string[] =>
  [...found].flatMap(([path, before]) => (textOf(host, path) === before ? [] : [`${path} is not as it was`]));

/** Each program has read what lies on the disk: it began after that was written. */
const usedLacks = (host: SeenHost): readonly string[] =>
  [...host.components.values()].flatMap(({ name, certificates }) =>
    [...certificates].flatMap(([path, read]) =>
      textOf(host, path) === read ? [] : [`its ${name} runs with an older ${path}`],
    ),
  );

const copyLacks = (host: SeenHost, { copies }: FoundCertificates): readonly string[] => {
  const admin = textOf(host, '/etc/kubernetes/admin.conf');
  return [...copies].flatMap(([path, { mode, owner }]) => {
    const now = host.files.stat(path);
    if (textOf(host, path) !== admin) return [`${path} does not follow admin.conf`];
    return now?.mode === mode && now.owner === owner ? [] : [`${path} has another mode or owner than before`];
  });
};

/** What was there before is kept, for nobody but root. */
const keptLacks = ({ files }: SeenHost, { signed, keys }: FoundCertificates): readonly string[] => {
  const directory = '/var/lib/nodeops-certificates';
  const archives =
    files.stat(directory)?.kind === 'directory' ? files.list(directory).filter((name) => name.endsWith('.tar')) : [];
  const whole = archives.filter((name) =>
    [...signed.values(), ...keys.values()].every((text) => files.read(`${directory}/${name}`).includes(text)),
  );
  if (whole.length === 0) return ['nothing is kept of the certificates of before'];
  return archives
    .filter((name) => ((files.stat(`${directory}/${name}`)?.mode ?? 0) & 0o077) !== 0)
    .map((name) => `${directory}/${name} can be read by others than root`);
};

/**
 * What still differs from certificates as they were asked for, a line each: all of every control plane renewed with new
 * keys, in use, and followed by the copies of admin.conf; or all as they were, where none was due. Authorities, the
 * kubelets' own and everybody's own kubeconfigs stay as they were found in either case.
 */
export const certificateLacks = (
  world: SeenWorld,
  { certificates: wish }: Wish,
  found: ReadonlyMap<string, FoundCertificates>,
): readonly string[] => {
  if (wish === undefined) return [];
  const planes = new Set(controlPlanes(world).map(({ name }) => name));
  return [...world.hosts.values()].flatMap((host) => {
    const own = found.get(host.name);
    if (own === undefined) return [];
    const lacks = [
      ...sameLacks(host, own.fixed),
      ...(!planes.has(host.name)
        ? []
        : [
            ...usedLacks(host),
            ...copyLacks(host, own),
            ...(wish.renewed
              ? [...newLacks(host, own, world.kernel.now), ...keptLacks(host, own)]
              : [...sameLacks(host, own.signed), ...sameLacks(host, own.keys)]),
          ]),
    ];
    return lacks.map((lack) => `${host.name}: ${lack}`);
  });
};
