import type { Files } from '../world/files.ts';

/** A flag that names a certificate or a kubeconfig, which holds one: `--tls-cert-file=…/apiserver.crt`. */
const namesCertificate = /^--[a-z-]+=(\/.*\.(?:crt|pem|conf))$/;

/** The files of certificates that a command line names, as they are now: path → text. Those that are missing are left out. */
export const certificatesNamed = (
  files: Pick<Files, 'read' | 'stat'>,
  argv: readonly string[],
): ReadonlyMap<string, string> =>
  new Map(
    argv.flatMap((word) => {
      const path = namesCertificate.exec(word)?.[1];
      return path === undefined || files.stat(path)?.kind !== 'file' ? [] : [[path, files.read(path)] as const];
    }),
  );
