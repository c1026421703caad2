import { describe, expect, it } from 'vitest';
import { throughApi } from '../../src/facts/through-api.ts';

const parse = throughApi(({ stdout }) => ({ value: stdout }));
const failed = (stderr: string) => parse({ stdout: 'half an answer', stderr, code: 1 });

describe('throughApi', () => {
  it('lets the parser read an answer', () => {
    expect(parse({ stdout: 'x', stderr: 'Warning: deprecated', code: 0 })).toEqual({ value: 'x' });
  });

  // Recorded on the lab, 1.35.4, unless marked.
  it.each([
    'The connection to the server 172.30.5.1:6443 was refused - did you specify the right host or port?',
    'Unable to connect to the server: net/http: TLS handshake timeout',
    'Unable to connect to the server: context deadline exceeded',
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    'Unable to connect to the server: dial tcp 172.30.5.99:6443: connect: no route to host',
    'Error from server (Timeout): the server was unable to return a response in the time allotted, but may still be processing the request (get nodes hand-w1)',
    'Error from server (InternalError): an error on the server ("[+]ping ok\\n[-]etcd failed: reason withheld") has prevented the request from succeeding',
    // From k8s.io/apimachinery pkg/api/errors and net/http.
    'Error from server (ServiceUnavailable): the server is currently unable to handle the request',
    'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later',
    'Error from server: etcdserver: request timed out',
    'Unable to connect to the server: EOF',
  ])('says that asking again may help: %s', (stderr) => expect(failed(`${stderr}\n`)).toEqual({ unavailable: stderr }));

  // Recorded on the lab, 1.35.4.
  it.each([
    [
      'the API server has not loaded its roles (its etcd may be behind)',
      'Error from server (Forbidden): nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes" in API group "" at the cluster scope',
    ],
    [
      'the kubelet behind it does not answer',
      'error: Internal error occurred: error sending request: Post "https://172.30.5.1:10250/exec/kube-system/etcd-hand-cp1/etcd": dial tcp 172.30.5.1:10250: connect: connection refused',
    ],
  ])('says what it means: %s', (meaning, stderr) =>
    expect(failed(`Warning: old\n${stderr}\n`)).toEqual({ unavailable: `${meaning}: ${stderr}` }),
  );

  it('says that a thing is not there', () => {
    expect(failed('Error from server (NotFound): configmaps "kubeadm-config" not found\n')).toEqual({ absent: true });
  });

  it.each([
    'error: stat /etc/kubernetes/admin.conf: no such file or directory',
    'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
    'error: You must be logged in to the server (Unauthorized)',
    'sh: 1: kubectl: not found',
  ])('does not wait for what will not pass: %s', (stderr) => {
    expect(failed(`${stderr}\n`)).toEqual({ unreadable: stderr });
  });

  it('shows the message, not the log lines of each attempt', () => {
    const log = 'E1121 09:54:10.261155   39941 memcache.go:265] "Unhandled Error" err="x509: no"\n';
    expect(failed(`${log}${log}error: no\n`)).toEqual({ unreadable: 'error: no' });
  });

  it('says something when nothing was said', () => {
    expect(parse({ stdout: '', stderr: '', code: 137 })).toEqual({ unreadable: 'kubectl: rc 137, nothing said' });
  });
});
