/** Where a command says something. */
export interface Output {
  write: (line: string) => void;
  warn: (line: string) => void;
}

/** One thing that `mc` does. */
export interface Command {
  /** The words that choose it. */
  name: string;
  usage: string;
  /** One sentence for the help. */
  summary: string;
  /** The exit code; undefined when the arguments are wrong. */
  run(args: string[], output: Output): Promise<number | undefined>;
}
