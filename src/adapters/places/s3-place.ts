import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Options } from '../../model/cluster.ts';
import { PlaceError, type BackupPlace, type Bytes, type StoredFile } from '../../ports/backup-places.ts';
import { checkedName } from './checked-name.ts';

const MiB = 1024 * 1024;

/** Ten thousand parts are the most that S3 takes (Amazon S3, multipart upload limits): 160 GiB. */
const upload = { partSize: 16 * MiB, queueSize: 2, leavePartsOnError: false } as const;

const keysFix =
  'export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws/credentials with AWS_PROFILE';

const keysAdvice = `${keysFix}; the key must be allowed to list, get, put and delete there`;

/** The last one is versitygw's for a key that it does not know, with a 404 (recorded, 1.8.0). */
const ofKeys: readonly string[] = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'CredentialsProviderError',
  'AccessDenied',
  'XAdminUserNotFound',
];

/** Stores have names of their own for a key that they do not take. */
const isRefusal = (error: Error): boolean =>
  error instanceof S3ServiceException && [401, 403].includes(error.$metadata.httpStatusCode ?? 0);

/** The advice that belongs to an error. Source: Amazon S3, "Error responses", list of error codes. */
const adviceFor = (name: string, refused = false): string => {
  if (name === 'NoSuchBucket') return 'make the bucket first, or correct its name';
  if (name === 'RequestTimeTooSkewed') return 'set the clock of this machine right';
  if (refused || ofKeys.includes(name)) return keysAdvice;
  return 'look at the endpoint and region of `backup.s3`, and whether the store is up';
};

const trying = async <T>(address: string, what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof PlaceError) throw error;
    const said = error.message === '' || error.message === 'UnknownError' ? error.name : error.message;
    throw new PlaceError(`${address}: ${what}: ${said}`, adviceFor(error.name, isRefusal(error)), { cause: error });
  }
};

/** Environment first, then a file: never a metadata service, which would be asked for seconds where there is none. */
const credentials = (env: Readonly<Record<string, string | undefined>>) =>
  env['AWS_ACCESS_KEY_ID'] === undefined ? fromIni() : fromEnv();

interface Bucket {
  readonly address: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** A bucket of S3, or of what speaks like it. Credentials come from the environment or a file and go nowhere else. */
export const createS3Place = (
  { address, bucket, prefix }: Bucket,
  { endpoint, region, pathStyle }: S3Options,
  env: Readonly<Record<string, string | undefined>>,
): BackupPlace => {
  const client = new S3Client({
    region: region ?? env['AWS_REGION'] ?? 'us-east-1',
    forcePathStyle: pathStyle,
    credentials: credentials(env),
    // Not every store that speaks S3 knows the checksums that came later; ours are in the manifest.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  const keyOf = (name: string): string => (prefix === '' ? checkedName(name) : `${prefix}/${checkedName(name)}`);
  const nameOf = (key: string): string => (prefix === '' ? key : key.slice(prefix.length + 1));
  const list = async (below: string): Promise<readonly StoredFile[]> => {
    const found: StoredFile[] = [];
    for (let token: string | undefined; ;) {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${keyOf(below)}/`,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      );
      for (const { Key, Size } of page.Contents ?? [])
        if (Key !== undefined) found.push({ name: nameOf(Key), bytes: Size ?? 0 });
      token = page.NextContinuationToken;
      if (page.IsTruncated !== true || token === undefined) break;
    }
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  const read = async (name: string): Promise<Bytes> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(name) }));
    if (!(Body instanceof Readable)) throw new PlaceError(`${address}: ${name} came without content`, adviceFor(''));
    return Body;
  };
  const remove = async (names: readonly string[]): Promise<void> => {
    // A thousand at once are the most that DeleteObjects takes.
    for (let at = 0; at < names.length; at += 1000) {
      const Objects = names.slice(at, at + 1000).map((name) => ({ Key: keyOf(name) }));
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first !== undefined)
        throw new PlaceError(
          `${address}: removing ${first.Key ?? ''}: ${first.Message ?? first.Code ?? 'refused'}`,
          adviceFor(first.Code ?? ''),
        );
    }
  };
  return {
    address,
    list: (below) => trying(address, 'listing', () => list(below)),
    write: (name, content) =>
      trying(address, `writing ${name}`, async () => {
        const params = { Bucket: bucket, Key: keyOf(name), Body: Readable.from(content, { objectMode: false }) };
        await new Upload({ client, params, ...upload }).done();
      }),
    read: (name) => trying(address, `reading ${name}`, () => read(name)),
    remove: (names) => trying(address, 'removing', () => remove(names)),
    close: () => Promise.resolve(client.destroy()),
  };
};
