import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactText } from '../../src/model/redact.ts';

/** What is no text: numbers and brackets. */
const numbers = (text: string): readonly string[] =>
  text.replaceAll(/"(?:\\.|[^"\\])*"/g, '').match(/[\d.]+|[[\]{}]/g) ?? [];

const hide = (secret: string): string => `<${secret.length}>`;

describe('texts', () => {
  it.each<[string, string]>([
    [
      'deb https://ana:s3cret@mirror.example.com/core:/stable:/v1.36/deb/ /',
      'deb https://<10>@mirror.example.com/core:/stable:/v1.36/deb/ /',
    ],
    ['https://token@mirror/x and http://b:p@ss@proxy:3128', 'https://<5>@mirror/x and http://<6>@proxy:3128'],
    ['http_proxy=ana:hunter2@proxy:3128', 'http_proxy=<11>@proxy:3128'],
    ['ana:hunter2@proxy:3128', '<11>@proxy:3128'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer <7>'],
    ['authorization: "Basic YTpi"', 'authorization: "Basic <4>"'],
    ['PGPASSWORD=hunter2 kubelet', 'PGPASSWORD=<7> kubelet'],
    ['clientSecret: "a b c"', 'clientSecret: "<5>"'],
    ["api-key='k'", "api-key='<1>'"],
    ['{"token":"x1","b":1}', '{"token":"<2>","b":1}'],
    ['--bootstrap-token 12 --v=2', '--bootstrap-token <2> --v=2'],
    ['join --x 07401b.f395accd246ae52d', 'join --x <23>'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nrest', '<65>\nrest'],
    ['-----BEGIN PRIVATE KEY-----\ncut off', '<35>'],
  ])('%s', (text, shown) => expect(redactText(text, hide)).toBe(shown));

  it.each([
    'deb [signed-by=/etc/apt/keyrings/kubernetes.gpg] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /',
    '--authentication-token-webhook=true --tls-private-key-file=/etc/k.pem --service-account-key-file=/sa.pub',
    '--token-auth-file=/etc/tokens.csv --token=/run/token',
    'registry.k8s.io/coredns:v1.12@sha256:0123456789abcdef',
    'ssh ops@bastion:22',
    'secret:\n  secretName: cloud',
    'authentication:\n  webhook:\n    cacheTTL: 0s\n  x509: {}',
    'rotateCertificates: true\ntokenTTL: 5m',
    '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----',
    '',
  ])('stays as it is: %s', (text) => expect(redactText(text, hide)).toBe(text));
});

describe('values', () => {
  it.each<[string, unknown, unknown]>([
    [
      'in depth',
      { files: { '/a': 'https://a:b@c/' }, list: [['x http://u@h']] },
      { files: { '/a': 'https://<3>@c/' }, list: [['x http://<1>@h']] },
    ],
    [
      'under a telling key',
      { password: 'x', sshPassword: 'yy', token: '', tokenFile: '/t', useToken: true },
      { password: '<1>', sshPassword: '<2>', token: '', tokenFile: '/t', useToken: true },
    ],
    ['after a flag of its own', ['--token', 'abc', '--v', '2'], ['--token', '<3>', '--v', '2']],
    ['not where a flag follows', ['--token', '--v', '2'], ['--token', '--v', '2']],
    ['other kinds', { a: 1, b: null, c: true, d: undefined }, { a: 1, b: null, c: true, d: undefined }],
  ])('%s', (_what, value, shown) => expect(redact(value, hide)).toEqual(shown));

  it('takes anything that JSON can hold, and leaves numbers and structure as they are', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(numbers(JSON.stringify(redact(value, hide)))).toEqual(numbers(JSON.stringify(value)));
      }),
    );
  });

  it('a megabyte takes less than a moment', () => {
    const long = ['a'.repeat(2 ** 20), 'x.'.repeat(2 ** 19), 'https://'.repeat(2 ** 17), ':'.repeat(2 ** 20)];
    const begun = performance.now();
    for (const text of long) redactText(text, hide);
    expect(performance.now() - begun).toBeLessThan(8_000);
  });
});
