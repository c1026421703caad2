import { describe, expect, it } from 'vitest';
import { endpointLeadsHere } from '../../src/gates/endpoint-leads-here.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { members } from '../steps/restore-values.ts';
import { bound, onWorker } from '../steps/values.ts';

const asked = (endpoint: string, addresses: readonly string[]) =>
  bound(endpointLeadsHere, { endpoint, members: members(1) }, onWorker()).check({ addresses });

const factAsked = (endpoint: string) =>
  endpointLeadsHere.bind({ endpoint, members: members(1) }, onWorker()).facts['addresses']?.key;

describe('endpoint-leads-here', () => {
  it('passes the first control plane’s own address, and a name that leads there', () => {
    expect(asked('172.31.0.11:6443', ['172.31.0.11'])).toEqual(satisfied);
    expect(asked('api.paris.example', ['172.31.0.12', '172.31.0.11'])).toEqual(satisfied);
  });

  it('says what a name leads to instead', () =>
    expect(asked('api.paris.example:6443', ['172.31.9.9'])).toMatchObject({
      kind: 'blocked',
      because:
        'paris-w1: the cluster’s endpoint api.paris.example:6443 does not lead to the first control plane, 172.31.0.11: there it is 172.31.9.9',
      fix: expect.stringContaining('change the name’s record to 172.31.0.11'),
    }));

  it('says that a name is not known', () =>
    expect(asked('api.paris.example:6443', [])).toMatchObject({
      because: expect.stringContaining('172.31.0.11: it is not known there'),
    }));

  it('does not resolve an address for anybody', () =>
    expect(asked('172.31.9.9:6443', ['172.31.9.9'])).toMatchObject({
      because: 'paris-w1: the cluster’s endpoint 172.31.9.9:6443 does not lead to the first control plane, 172.31.0.11',
      fix: expect.stringContaining('--endpoint 172.31.0.11:6443'),
    }));

  it('asks for the host of the endpoint, on each node', () => {
    expect(factAsked('api.paris.example:6443')).toBe('addresses-of api.paris.example');
    expect(factAsked('[fd00::5]:6443')).toBe('addresses-of fd00::5');
  });
});
