import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Ask } from '../../packages/sdk/test/clients/messages.ts';

const CLIENTS = fileURLToPath(new URL('../../packages/sdk/test/clients/clients.ts', import.meta.url));

/** Node processes with agents in them. */
export interface Agents {
  /** Asks all of them; resolves to their answers of that kind. */
  ask<K extends Answer['kind']>(ask: Ask, kind: K): Promise<Extract<Answer, { kind: K }>[]>;
  /** Tells all of them; nobody answers. */
  tell(ask: Ask): void;
  stop(): void;
}

/** Starts a process with `perProcess` clients for each key, which enrols sixty a minute; resolves when all have enrolled. */
export async function startAgents(url: string, keys: string[], perProcess: number): Promise<Agents> {
  const children = keys.map((key) =>
    fork(CLIENTS, [url, key, String(perProcess)], {
      execArgv: ['--import', 'tsx', '-C', 'mc-source'],
    }),
  );
  for (const child of children) child.setMaxListeners(0);
  await Promise.all(children.map((child) => hear(child, 'ready')));
  const tell = (ask: Ask) => {
    for (const child of children) child.send(ask);
  };
  return {
    tell,
    ask(ask, kind) {
      const answers = children.map((child) => hear(child, kind));
      tell(ask);
      return Promise.all(answers);
    },
    stop() {
      for (const child of children) child.kill();
    },
  };
}

function hear<K extends Answer['kind']>(child: ChildProcess, kind: K): Promise<Extract<Answer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const listen = (answer: Answer): void => {
      if (answer.kind !== kind) return;
      child.off('message', listen);
      resolve(answer as Extract<Answer, { kind: K }>); // by its kind
    };
    child.on('message', listen);
    child.once('exit', (code) => reject(new Error(`agents ended with ${code}`)));
  });
}
