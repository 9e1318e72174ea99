import type { Channels } from './channels.ts';
import type { Command } from './commands.schema.ts';
import type { Addressee } from './prepare.ts';

/** Waits for commands for at most `waitMs`, or until `onGone` says that nobody waits any more. */
export function takeCommands(
  channels: Channels,
  process: Addressee,
  waitMs: number,
  onGone: (listener: () => void) => void,
): Promise<Command[]> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (commands: Command[]): true => {
      clearTimeout(timer);
      leave();
      resolve(commands);
      return true;
    };
    const { leave, looked } = channels.join({ ...process, write: finish, end: () => finish([]) });
    onGone(() => finish([]));
    void looked.then(() => {
      timer = setTimeout(finish, waitMs, []);
    });
  });
}
