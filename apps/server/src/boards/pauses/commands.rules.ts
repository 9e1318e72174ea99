export const BOARD_COMMANDS = ['pause', 'resume'] as const;
export type BoardCommand = (typeof BOARD_COMMANDS)[number];

/** The command that a chat message is: nothing but `/pause` or `/resume`, in any case. */
export function parseCommand(content: string): BoardCommand | undefined {
  const text = content.trim().toLowerCase();
  return BOARD_COMMANDS.find((command) => text === `/${command}`);
}
