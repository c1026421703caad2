import ssh2 from 'ssh2';
import type { BaseAgent, ParsedKey } from 'ssh2';

export type AgentState = { readonly agent: BaseAgent; readonly keys: number } | { readonly unusable: string };

/**
 * Looks at the agent before a connection uses it: what it cannot do is then part of the message about what was tried,
 * and does not end the handshake (ssh2 reports a dead agent as an error of the connection).
 */
export const askAgent = async (socket: string | undefined): Promise<AgentState> => {
  if (socket === undefined || socket === '') return { unusable: 'no agent ($SSH_AUTH_SOCK is not set)' };
  const agent = ssh2.createAgent(socket);
  return await new Promise((resolve) => {
    agent.getIdentities((error?: Error | null, keys?: readonly (ParsedKey | Buffer | string | object)[]) => {
      if (error !== undefined && error !== null) resolve({ unusable: `no agent (${socket}: ${error.message})` });
      else if (keys === undefined || keys.length === 0) resolve({ unusable: 'the agent, which holds no key' });
      else resolve({ agent, keys: keys.length });
    });
  });
};
