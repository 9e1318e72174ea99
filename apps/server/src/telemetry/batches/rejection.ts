/** Why one line of a batch is refused. The rest of the batch is not touched by it. */
export class Rejection extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

export const invalid = (detail: string) => new Rejection('event.invalid', detail);
