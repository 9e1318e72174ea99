import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Address {
  url: string;
  token: string;
}

/** Scripted gateways in a process of their own, so that what they cost is not counted as the server's. */
export async function startGateways(count: number): Promise<{ addresses: Address[]; stop: () => void }> {
  const script = fileURLToPath(new URL('gateways.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', '-C', 'mc-source', script, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('The process of gateways has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    return { addresses: JSON.parse(line), stop: () => child.stdin?.end() };
  }
  throw new Error('The process of gateways ended before it said where they are.');
}

/** Runs `work` for each item, a few at a time. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const run = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}
