/** How a command ends. Results go to stdout; whatever ends a command early is one of these errors. */

export const EXIT = {
  done: 0,
  /** An internal error, or a difference that was looked for and found. */
  different: 1,
  /** Bad usage or bad input: nothing was written. */
  badInput: 2,
  interrupted: 130,
  terminated: 143,
} as const;

/** Something the user can mend: printed as "error: message" with the next step, without a stack. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly hint = "",
    readonly exitCode: number = EXIT.badInput,
  ) {
    super(message);
    this.name = "CommandError";
  }
}

/** Everything that is to be said stands on stderr already. */
export class AlreadyReported extends Error {
  constructor(readonly exitCode: number = EXIT.badInput) {
    super("already reported");
    this.name = "AlreadyReported";
  }
}
