import { askServedCertificates, lookAtCertificateUsers } from '../commands/certificates.ts';
import { defineFact } from './fact.ts';
import { startedAt } from './proc-stat.ts';
import { linesBeforeEnd } from './read-text.ts';

/** A program of one of kubeadm's static pods. */
export interface CertificateUser {
  readonly name: string;
  readonly pid: number;
  /** In ms since 1970 by the node's clock, to a second. */
  readonly startedAt: number;
  /** When the newest of the certificates that its command line names was written, likewise; 0 where it names none. */
  readonly newestAt: number;
}

/** Source: proc(5), /proc/pid/stat, field 22; recorded on the lab, 1.35.4. */
export const certificateUsersThere = defineFact<readonly CertificateUser[]>({
  id: 'certificate-users',
  subject: 'node',
  command: lookAtCertificateUsers,
  parse: (output) => {
    const [clock = '', ...lines] = linesBeforeEnd(output) ?? [];
    const [, ticks = '0', bootedAt = ''] = /^clock (\d+) (\d+)$/.exec(clock) ?? [];
    if (bootedAt === '' || ticks === '0') return { unreadable: output.stdout.trim() || output.stderr };
    const users: CertificateUser[] = [];
    for (const line of lines) {
      const [word, name = '', first = '', second = ''] = line.split(' ');
      const last = users.at(-1);
      if (word === 'process' && /^\d+$/.test(first) && /^\d+$/.test(second)) {
        users.push({ name, pid: Number(first), startedAt: startedAt(bootedAt, second, ticks), newestAt: 0 });
      } else if (word === 'file' && /^\d+$/.test(first) && last?.name === name)
        users[users.length - 1] = { ...last, newestAt: Math.max(last.newestAt, Number(first) * 1000) };
      else return { unreadable: line };
    }
    return { value: users };
  },
});

/** What an API server or an etcd shows to whoever asks. */
export interface ServedCertificate {
  readonly name: string;
  /** The file that its command line names. */
  readonly file: string;
  /** In ms since 1970; missing where it did not answer. */
  readonly notAfter?: number;
}

/** Source: curl(1), `--verbose`, built with OpenSSL or GnuTLS; recorded on the lab, 1.35.4. */
export const servedCertificates = defineFact<readonly ServedCertificate[]>({
  id: 'served-certificates',
  subject: 'node',
  command: askServedCertificates,
  parse: (output) => {
    const lines = linesBeforeEnd(output);
    if (lines === undefined) return { unreadable: output.stdout.trim() || output.stderr };
    const served: ServedCertificate[] = [];
    for (const line of lines) {
      const [, name, file] = /^served (\S+) (\S*)$/.exec(line) ?? [];
      const date = /^\* *expire date: (.+)$/i.exec(line)?.[1];
      const last = served.at(-1);
      if (name !== undefined && file !== undefined) served.push({ name, file });
      else if (date !== undefined && last !== undefined && !Number.isNaN(Date.parse(date)))
        served[served.length - 1] = { ...last, notAfter: Date.parse(date) };
      else return { unreadable: line };
    }
    return { value: served };
  },
});
