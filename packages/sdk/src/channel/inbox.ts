import { nowMicros } from '../clock.ts';
import { safely, warnOnce } from '../safely.ts';
import { type Command, parseCommand } from './command.ts';

const REMEMBERED = 1_000;
const ACKS_AT_ONCE = 500;

type Handler = (command: Command) => void;

/** Commands as they come: each is done once, however often it is sent, and acknowledged with the next batch. */
export class Inbox {
  readonly #handlers = new Map<string, Handler>();
  readonly #seen = new Set<string>();
  readonly #onReceived: () => void;
  #acks: string[] = [];

  /** `onReceived`: there is something to acknowledge. */
  constructor(onReceived: () => void) {
    this.#onReceived = onReceived;
  }

  /** Says what to do about commands of a type; those of types without a handler are acknowledged and left. */
  on(type: string, handler: Handler): void {
    this.#handlers.set(type, handler);
  }

  /** Takes a command from the wire; answers its number. Never throws. */
  receive(key: string, value: unknown): number | undefined {
    const command = safely('reading a command', () => parseCommand(key, value));
    if (!command) {
      warnOnce('a command that Mission Control did not sign for this process was left undone');
      return undefined;
    }
    this.#acks.push(command.id);
    this.#onReceived();
    if (!this.#isNew(command)) return command.seq;
    const handler = this.#handlers.get(command.type);
    if (handler) safely(`the command ${command.type}`, () => handler(command));
    return command.seq;
  }

  /** Ids to acknowledge now; {@link giveBack} those that did not arrive. */
  takeAcks(): string[] {
    return this.#acks.splice(0, ACKS_AT_ONCE);
  }

  giveBack(acks: string[]): void {
    this.#acks.unshift(...acks);
  }

  #isNew({ id, expires_at }: Command): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return Date.parse(expires_at) * 1_000 > nowMicros();
  }
}
