const warned = new Set<string>();

/** Warns once per text, as a process warning that the host can see and filter. */
export function warnOnce(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  process.emitWarning(text, 'MissionControlWarning');
}

/** Runs our own code inside the host's: what goes wrong in it becomes a warning and never the host's exception. */
export function safely<T>(what: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    warnOnce(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
