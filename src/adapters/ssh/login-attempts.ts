import type { AnyAuthMethod, AuthHandlerMiddleware } from 'ssh2';
import { quote } from '../../commands/quote.ts';
import type { SshTarget } from '../../model/cluster.ts';
import type { Secrets } from '../../ports/secrets.ts';
import { ConnectError } from '../../ports/transport.ts';
import { askAgent } from './agent.ts';
import type { IdentityReader } from './identity-file.ts';

export interface LoginSources {
  readonly secrets: Secrets;
  readonly identities: IdentityReader;
  /** $SSH_AUTH_SOCK, when set. */
  readonly agentSocket: string | undefined;
}

export interface LoginAttempts {
  readonly methods: readonly AnyAuthMethod[];
  /** What will be tried, and what could not be, in words. */
  readonly described: readonly string[];
}

const agentAttempt = async (target: SshTarget, socket: string | undefined): Promise<LoginAttempts> => {
  if (!target.agent) return { methods: [], described: [] };
  const state = await askAgent(socket);
  if ('unusable' in state) return { methods: [], described: [state.unusable] };
  return {
    methods: [{ type: 'agent', username: target.user, agent: state.agent }],
    described: [`the agent (${state.keys} ${state.keys === 1 ? 'key' : 'keys'})`],
  };
};

const fileAttempt = async (
  file: string,
  target: SshTarget,
  read: IdentityReader,
  haveAgent: boolean,
): Promise<LoginAttempts> => {
  const identity = await read(file, target.passphrase);
  if (identity !== 'encrypted') {
    const method: AnyAuthMethod = { type: 'publickey', username: target.user, key: identity.key };
    return { methods: [method], described: [identity.described] };
  }
  // The usual way to work with an encrypted key is to have it in the agent.
  if (haveAgent) return { methods: [], described: [`not key ${file} (encrypted, and no passphrase is configured)`] };
  throw new ConnectError(
    'bad-identity',
    `identity file ${file} is encrypted, and neither an agent nor a passphrase is configured`,
    `${quote(['ssh-add', file])}, or set ssh.passphrase in the inventory: { prompt: true } or { env: NAME }`,
  );
};

const passwordAttempts = async (target: SshTarget, secrets: Secrets): Promise<LoginAttempts> => {
  if (target.password === undefined) return { methods: [], described: [] };
  const password = await secrets.resolve(target.password, `the SSH password of ${target.user}`);
  return {
    methods: [
      { type: 'password', username: target.user, password },
      {
        // PAM set-ups often offer only this; every prompt that hides its answer is the password's.
        type: 'keyboard-interactive',
        username: target.user,
        prompt: (_name, _instructions, _lang, prompts, finish) =>
          finish(prompts.map((prompt) => (prompt.echo === true ? '' : password))),
      },
    ],
    described: ['a password'],
  };
};

/**
 * The ways to log in, in order: agent, key files, password. Secrets are asked for here, before the connection's
 * own time limit runs.
 * @throws ConnectError 'bad-identity' · UsageError when a secret is missing.
 */
export const loginAttempts = async (target: SshTarget, from: LoginSources): Promise<LoginAttempts> => {
  const all = [await agentAttempt(target, from.agentSocket)];
  const haveAgent = all.some((attempt) => attempt.methods.length > 0);
  for (const file of target.identityFiles) all.push(await fileAttempt(file, target, from.identities, haveAgent));
  all.push(await passwordAttempts(target, from.secrets));
  return { methods: all.flatMap((one) => one.methods), described: all.flatMap((one) => one.described) };
};

/** The name under which a server lists a method. Source: RFC 4252, 5.1. */
const serverName = (method: AnyAuthMethod): string => (method.type === 'agent' ? 'publickey' : method.type);

export interface LoginDialogue {
  readonly handler: AuthHandlerMiddleware;
  /** Methods that the server said it takes, once it said so. */
  offered(): readonly string[];
}

/** Asks with `none` first (free of charge in sshd's count of failures), then tries what the server takes. */
export const loginDialogue = (user: string, attempts: LoginAttempts): LoginDialogue => {
  const left = [...attempts.methods];
  let offered: readonly string[] = [];
  // ssh2 passes null at first and takes false for "nothing left"; its types say neither.
  const handler = (methodsLeft: readonly string[] | null): AnyAuthMethod | false => {
    if (methodsLeft === null) return { type: 'none', username: user };
    offered = methodsLeft;
    let next = left.shift();
    while (next !== undefined && !offered.includes(serverName(next))) next = left.shift();
    return next ?? false;
  };
  return { handler, offered: () => offered };
};
