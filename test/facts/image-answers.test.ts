import { describe, expect, it } from 'vitest';
import { askRegistries } from '../../src/commands/ask-registry.ts';
import { quote } from '../../src/commands/quote.ts';
import type { Fact, Parsed } from '../../src/facts/fact.ts';
import { imageAnswers, parseAnswers, type ImageAnswers } from '../../src/facts/image-answers.ts';
import type { RuntimeRegistries } from '../../src/facts/runtime-registries.ts';
import { recorded } from './recorded.ts';
import { kubeadmConfigOf } from '../steps/values.ts';

const nothing: RuntimeRegistries = { directories: [], hosts: {}, mirrors: {} };
const follow = (registries: RuntimeRegistries, raw = ''): Fact<ImageAnswers> | Parsed<ImageAnswers> => {
  const { source } = imageAnswers('1.36.3', 'worker');
  if (source.kind !== 'following') throw new Error('it needs nothing');
  return source.ask([{ ...kubeadmConfigOf('1.35.4'), raw }, registries]);
};
const typed = (registries: RuntimeRegistries, raw?: string): string => {
  const next = follow(registries, raw);
  if (!('source' in next) || next.source.kind !== 'command') throw new Error('nothing is asked');
  expect(next.key).toBe(imageAnswers('1.36.3', 'worker').key);
  return quote(next.source.command({ node: 'w1', apiServer: '' }).argv);
};

describe('what is asked of registries', () => {
  it('the registry itself, and a mirror that is told which registry it stands for', () => {
    const mirror = {
      url: 'https://m.example/v2',
      authorities: ['/ca.pem'],
      client: { certificate: '/c.pem', key: '/k.pem' },
      skipVerify: true,
    };
    const client = ['--insecure', '--cert', '/c.pem', '--key', '/k.pem'];
    expect(typed({ ...nothing, mirrors: { 'registry.k8s.io': [mirror] } })).toBe(
      quote(
        askRegistries([
          {
            image: 'registry.k8s.io/kube-proxy:v1.36.3',
            repository: 'kube-proxy',
            requests: [
              {
                url: 'https://m.example/v2/kube-proxy/manifests/v1.36.3?ns=registry.k8s.io',
                shown: 'https://m.example',
                ways: [['--cacert', '/ca.pem', ...client], client],
              },
              {
                url: 'https://registry.k8s.io/v2/kube-proxy/manifests/v1.36.3',
                shown: 'https://registry.k8s.io',
                ways: [[]],
              },
            ],
          },
        ]).argv,
      ),
    );
  });

  it.each([
    ['m.example:5000/k8s', 'https://m.example:5000/v2/k8s/kube-proxy/manifests/v1.36.3'],
    ['acme', 'https://registry-1.docker.io/v2/acme/kube-proxy/manifests/v1.36.3'],
    ['localhost:5000', 'http://localhost:5000/v2/kube-proxy/manifests/v1.36.3'],
  ])('images of %s', (repository, url) =>
    expect(typed(nothing, `imageRepository: ${repository}\n`)).toContain(` ${url} last`),
  );

  it.each([
    ['no containerd', { ...nothing, trouble: 'its runtime is not containerd' }, 'its runtime is not containerd'],
    [
      'an unreadable file',
      { ...nothing, directories: ['/c'], hosts: { '/c/registry.k8s.io': null } },
      'a hosts.toml of its containerd is not understood',
    ],
  ])('nothing: %s', (_what, registries, unasked) => expect(follow(registries)).toEqual({ value: { unasked } }));
});

const read = (...lines: readonly string[]) => parseAnswers({ stdout: `${lines.join('\n')}\n`, stderr: '', code: 0 });

describe('what registries said', () => {
  it.each(recorded('image-answers'))('as recorded: $name', ({ output, parsed }) =>
    expect(parseAnswers(output)).toEqual(parsed),
  );

  it.each([
    ['no curl', ['no-curl'], { value: { unasked: 'it has no curl' } }],
    [
      'there and to be had: kept for a while',
      ['image a:1', 'present', 'image b:1', 'answer\t404\thttp://m\t', 'answer\t200\thttps://r\t', 'end'],
      {
        value: {
          images: [
            { image: 'a:1', present: true, answers: [] },
            {
              image: 'b:1',
              present: false,
              answers: [
                { address: 'http://m', status: 404, trouble: '' },
                { address: 'https://r', status: 200, trouble: '' },
              ],
            },
          ],
        },
        keepMs: 600_000,
      },
    ],
    [
      'not to be had: asked again',
      ['image a:1', 'answer\t000\thttp://m\t(7) refused', 'end'],
      {
        value: {
          images: [
            { image: 'a:1', present: false, answers: [{ address: 'http://m', status: 0, trouble: '(7) refused' }] },
          ],
        },
      },
    ],
    ['it broke off', ['image a:1'], { unreadable: 'it broke off' }],
    ['an answer of nothing', ['present', 'end'], { unreadable: 'present' }],
  ])('%s', (_what, lines, parsed) => expect(read(...lines)).toEqual(parsed));
});
