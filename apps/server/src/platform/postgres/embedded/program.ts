import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

/** The environment of PostgreSQL's programs: nothing of ours, and messages that we can read. */
export const PROGRAM_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Runs one of PostgreSQL's programs to its end. Throws with the last of what it printed when it fails. */
export function runProgram(path: string, args: string[], account: Account): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { ...account, cwd: '/', env: PROGRAM_ENV, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const collect = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-2000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${path} ended with ${code}: ${printed.trim()}`));
    });
  });
}
