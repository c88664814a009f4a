/** Ctrl-C and SIGTERM: what was begun is removed, then the process ends with 128 plus the signal's number. */
import { EXIT } from "./exit.js";

export interface Interruptible {
  /** Undoes what an interrupted command must not leave behind; the last one added goes first. */
  onInterrupt(undo: () => void | Promise<void>): void;
  /** Back to the default behaviour of signals. */
  release(): void;
}

/**
 * Takes over SIGINT, SIGTERM and SIGHUP. Handlers run only between pieces of work that give way to the event loop, so an
 * undo never meets a half-finished step.
 */
export function interruptible(): Interruptible {
  const undos: (() => void | Promise<void>)[] = [];
  let ending = false;
  const end = (code: number) => async () => {
    // further signals wait with it: the undos must be done, whoever is impatient
    if (ending) return;
    ending = true;
    for (const undo of undos.reverse()) {
      const undone = undo();
      // No turn for others between an undo that is done and the next one.
      if (undone !== undefined) await undone;
    }
    process.exit(code);
  };
  const handlers = [
    ["SIGINT", end(EXIT.interrupted)],
    ["SIGTERM", end(EXIT.terminated)],
    ["SIGHUP", end(129)],
  ] as const;
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    onInterrupt: (undo) => void undos.push(undo),
    release: () => {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler);
    },
  };
}

/** Lets signals, timers and streams have their turn. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
