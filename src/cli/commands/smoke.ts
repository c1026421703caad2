import { UsageError } from '../../model/errors.ts';
import type { SelectionOptions } from '../inventory.ts';
import type { Parts } from '../parts.ts';
import type { PlaybookOptions } from '../playbook-options.ts';
import { run } from './run.ts';

export interface SmokeOptions extends Pick<SelectionOptions, 'inventory' | 'cluster'>, PlaybookOptions {
  readonly image?: string;
  readonly port?: string;
  readonly args?: string;
  readonly pages?: string;
  readonly path?: string;
  readonly keep?: boolean;
}

/** Source: distribution/reference, "Grammar": nothing in it is blank, and it begins with a letter or a digit. */
const imageForm = /^[a-z0-9][A-Za-z0-9._:/@-]*$/;

const checkImage = (image: string): void => {
  if (!imageForm.test(image))
    throw new UsageError(
      `--image ${JSON.stringify(image)}: expected the name of an image, such as docker.io/library/nginx:1.29-alpine`,
    );
};

const checkPort = (port: string): void => {
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)
    throw new UsageError(`--port ${port}: expected the port on which the image listens, from 1 to 65535`);
};

const checkPath = (option: string, path: string): void => {
  if (!/^\/[!-~]*$/.test(path))
    throw new UsageError(`${option} ${JSON.stringify(path)}: expected a path from / on, without blanks`);
};

/** `nodeops smoke`: the playbook smoke. @throws UsageError before anything is connected to. */
export const smoke = (
  parts: Parts,
  { image, port, args, pages, path, keep, ...options }: SmokeOptions,
): Promise<number> => {
  if (image !== undefined) checkImage(image);
  if (port !== undefined) checkPort(port);
  if (pages !== undefined) checkPath('--pages', pages);
  if (path !== undefined) checkPath('--path', path);
  const given = { image, port, args, pages, path };
  const set = [
    ...Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    ...(keep === true ? ['keep=true'] : []),
  ];
  return run(parts, 'smoke', { ...options, set });
};
