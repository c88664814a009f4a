/** What the main thread and its workers say to each other: plain data only. */
import type { Case } from "../experiment/case.js";
import type { EndedCase } from "./perform-case.js";

/** To a worker: perform this case. It answers with progress, then with one end. */
export interface CaseOrder {
  readonly case: Case;
  /** A folder of its own for the rows; null: none are wanted. */
  readonly folder: string | null;
}

export type WorkerMessage =
  /** `now` and `until` are simulated microseconds, `events` those of this case so far. */
  | { readonly kind: "progress"; readonly now: number; readonly until: number | null; readonly events: number }
  | { readonly kind: "done"; readonly ended: EndedCase }
  | { readonly kind: "failed"; readonly error: ErrorFields };

/** What the command line looks at when it tells of an error. */
export interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Code and name of a system call that failed; empty for other errors. */
  readonly code: string;
  readonly syscall: string;
}

export function fieldsOf(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: "", code: "", syscall: "" };
  const { name, message, stack = "" } = error;
  const code = "code" in error ? String(error.code) : "";
  const syscall = "syscall" in error ? String(error.syscall) : "";
  return { name, message, stack, code, syscall };
}

/** The error again, as it was thrown in the worker. */
export function errorOf({ name, message, stack, code, syscall }: ErrorFields): Error {
  const error = Object.assign(new Error(message), { name, stack });
  return syscall === "" ? error : Object.assign(error, { code, syscall });
}
