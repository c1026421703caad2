import { askRegistries, type AskedImage, type RegistryRequest } from '../commands/ask-registry.ts';
import type { Role } from '../model/cluster.ts';
import type { Version } from '../model/version.ts';
import { defineFact, followingFact, type Fact, type Output, type Parsed } from './fact.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import { linesBeforeEnd } from './read-text.ts';
import type { RegistryEndpoint } from './registry-hosts.ts';
import { endpointsOf, runtimeRegistries, type RuntimeRegistries } from './runtime-registries.ts';
import { targetImages } from './target-images.ts';

/** What one address said of an image. */
export interface RegistryAnswer {
  readonly address: string;
  /** HTTP's status; 0 where there was none. */
  readonly status: number;
  /** What curl says where it got no answer. */
  readonly trouble: string;
}

export interface AskedFor {
  readonly image: string;
  /** The runtime has it already. */
  readonly present: boolean;
  /** In the order in which they were asked; none after the first that has it. */
  readonly answers: readonly RegistryAnswer[];
}

/** `unasked`: why nothing could be asked. */
export type ImageAnswers = { readonly unasked: string } | { readonly images: readonly AskedFor[] };

/** What has been asked is believed that long: a run looks at its gates several times within it. */
const answerKeptMs = 10 * 60_000;

interface Reference {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** `mirror:5000/k8s/kube-proxy:v1.36.3`; a first part without a dot or a port is a name on Docker Hub. */
const referenceOf = (image: string): Reference => {
  const [, name = image, tag = 'latest'] = /^(.*):([^:/]+)$/.exec(image) ?? [];
  const [, first = '', rest = ''] = /^([^/]+)\/(.*)$/.exec(name) ?? [];
  if (/[.:]/.test(first) || first === 'localhost') return { host: first, repository: rest, tag };
  return { host: 'docker.io', repository: name.includes('/') ? name : `library/${name}`, tag };
};

const requestOf = (
  { host, repository, tag }: Reference,
  { url, authorities, client, skipVerify }: RegistryEndpoint,
): RegistryRequest => {
  const server = /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? '';
  // A mirror is told of which registry it is asked. Source: containerd, resolver.go, addNamespace.
  const itself = server === host || (host === 'docker.io' && server === 'registry-1.docker.io');
  const common = [
    ...(skipVerify ? ['--insecure'] : []),
    ...(client === undefined ? [] : ['--cert', client.certificate]),
    ...(client?.key === undefined ? [] : ['--key', client.key]),
  ];
  return {
    url: `${url}/${repository}/manifests/${tag}${itself ? '' : `?ns=${host}`}`,
    shown: url.replace(/\/v2$/, ''),
    // Those that the host trusts count as well.
    ways: [...authorities.map((file) => ['--cacert', file, ...common]), common],
  };
};

/** Undefined where the runtime's file about the registry of one of them is unreadable. */
const askedOf = (images: readonly string[], registries: RuntimeRegistries): readonly AskedImage[] | undefined => {
  const asked = images.map((image) => {
    const reference = referenceOf(image);
    const requests = endpointsOf(registries, reference.host)?.map((endpoint) => requestOf(reference, endpoint));
    return requests === undefined ? undefined : { image, repository: reference.repository, requests };
  });
  return asked.some((each) => each === undefined) ? undefined : asked.filter((each) => each !== undefined);
};

type Draft = AskedFor & { present: boolean; readonly answers: RegistryAnswer[] };

/** What `askRegistries` printed. */
export const parseAnswers = (output: Output): Parsed<ImageAnswers> => {
  if (output.stdout.trim() === 'no-curl') return { value: { unasked: 'it has no curl' } };
  const lines = linesBeforeEnd(output);
  if (lines === undefined) return { unreadable: output.stderr.trim() || 'it broke off' };
  const images: Draft[] = [];
  for (const line of lines) {
    const current = images.at(-1);
    const image = /^image (\S+)$/.exec(line)?.[1];
    const [, status, address, trouble] = /^answer\t(\d{3})\t(\S+)\t(.*)$/.exec(line) ?? [];
    if (image !== undefined) images.push({ image, present: false, answers: [] });
    else if (current !== undefined && line === 'present') current.present = true;
    else if (current !== undefined && address !== undefined)
      current.answers.push({ address, status: Number(status), trouble: trouble ?? '' });
    else return { unreadable: line };
  }
  const whole = images.every(({ present, answers }) => present || answers.at(-1)?.status === 200);
  return { value: { images }, ...(whole ? { keepMs: answerKeptMs } : {}) };
};

/**
 * What the registries of a node say of the images that it will pull for a version, asked through the node's own
 * configuration and as its runtime would, without pulling. Recorded on the lab, curl 7.88, containerd 1.6.20.
 */
export const imageAnswers = (version: Version, role: Role): Fact<ImageAnswers> =>
  followingFact({
    id: 'image-answers',
    parameters: [version, role],
    needs: [kubeadmConfig, runtimeRegistries],
    ask: (config, registries) => {
      if (registries.trouble !== undefined) return { value: { unasked: registries.trouble } };
      const asked = askedOf(targetImages(config.raw, version, role), registries);
      if (asked === undefined) return { value: { unasked: 'a hosts.toml of its containerd is not understood' } };
      return defineFact<ImageAnswers>({
        id: 'image-answers',
        parameters: [version, role],
        subject: 'node',
        command: askRegistries(asked),
        parse: parseAnswers,
      });
    },
  });
