import { describe, expect, it } from 'vitest';
import { parseProbeUrl, probeUrlText } from '../../src/model/probe.ts';

describe('the address of a probe', () => {
  it.each([
    ['http://10.96.0.20/healthz', { scheme: 'http', host: '10.96.0.20', port: 80, path: '/healthz' }],
    ['https://shop.example:8443/a?b=c', { scheme: 'https', host: 'shop.example', port: 8443, path: '/a?b=c' }],
    ['https://shop.example', { scheme: 'https', host: 'shop.example', port: 443, path: '/' }],
    ['https://shop.example:80/', { scheme: 'https', host: 'shop.example', port: 80, path: '/' }],
    ['http://[fd00::10]:8080/x', { scheme: 'http', host: 'fd00::10', port: 8080, path: '/x' }],
    ['tcp://10.96.0.20:5432', { scheme: 'tcp', host: '10.96.0.20', port: 5432, path: '' }],
    ['tcp://[fd00::10]:5432', { scheme: 'tcp', host: 'fd00::10', port: 5432, path: '' }],
    ['tcp://db.example:80', { scheme: 'tcp', host: 'db.example', port: 80, path: '' }],
  ])('%s', (written, target) => {
    expect(parseProbeUrl(written)).toEqual(target);
    expect(parseProbeUrl(probeUrlText({ ...target, scheme: parseProbeUrl(written)?.scheme ?? 'tcp' }))).toEqual(target);
  });

  it.each([
    ['', 'nothing'],
    ['10.96.0.20:80', 'no scheme'],
    ['ftp://10.96.0.20/', 'another scheme'],
    ['tcp://10.96.0.20', 'no port'],
    ['tcp://10.96.0.20:5432/x', 'a path'],
    ['http://ana:secret@10.96.0.20/', 'a login'],
    ['http://10.96.0.20:99999/', 'no such port'],
    ['http://10.96.0.20/#here', 'a fragment'],
    ['http:///x', 'no host'],
  ])('%j is none: %s', (written) => expect(parseProbeUrl(written)).toBeUndefined());
});
