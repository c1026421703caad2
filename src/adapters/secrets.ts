import type { SecretSource } from '../model/cluster.ts';
import { UsageError } from '../model/errors.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { Secrets } from '../ports/secrets.ts';

const fromEnvironment = (env: Readonly<Record<string, string | undefined>>, name: string, what: string): string => {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new UsageError(`$${name} is not set; the inventory names it for ${what}`);
  }
  return value;
};

/**
 * Secrets from environment variables and from the person at the terminal. Each is asked for once, however many nodes
 * need it at the same time; questions come one after the other.
 */
export const createSecrets = (
  env: Readonly<Record<string, string | undefined>>,
  prompt: Pick<Prompt, 'secret'>,
): Secrets => {
  const answers = new Map<string, Promise<string>>();
  let previous: Promise<unknown> = Promise.resolve();
  const ask = (what: string): Promise<string> => {
    const answer = previous.then(() => prompt.secret(`${what.charAt(0).toUpperCase()}${what.slice(1)}: `));
    previous = answer.catch(() => undefined);
    return answer;
  };
  return {
    resolve: async (source: SecretSource, what: string) => {
      if ('env' in source) return fromEnvironment(env, source.env, what);
      const answer = answers.get(what) ?? ask(what);
      answers.set(what, answer);
      return await answer;
    },
  };
};
