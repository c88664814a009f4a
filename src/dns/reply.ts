/**
 * The reply of a plugin: an answer at once, or one that comes later (an upstream was asked). Nearly all replies come at
 * once, so the common path makes no promise and no closure.
 */
import type { Answer } from "../model/dns.js";

export type Reply = Answer | PendingAnswer;

export class PendingAnswer {
  private answer: Answer | null = null;
  private listener: ((answer: Answer) => void) | null = null;

  /** Gives the answer; called once, within the event in which it has come. */
  resolve(answer: Answer): void {
    if (this.answer !== null) throw new Error("a question is answered once");
    this.answer = answer;
    this.listener?.(answer);
  }

  /** Calls `listener` when the answer is there, at once if it is; one listener. */
  whenAnswered(listener: (answer: Answer) => void): void {
    if (this.answer !== null) listener(this.answer);
    else this.listener = listener;
  }
}

/** Applies `change` to the answer, now or when it comes. */
export function mapReply(reply: Reply, change: (answer: Answer) => Answer): Reply {
  if (!(reply instanceof PendingAnswer)) return change(reply);
  const changed = new PendingAnswer();
  reply.whenAnswered((answer) => changed.resolve(change(answer)));
  return changed;
}

/** Goes on with the answer to another reply, now or when it comes. */
export function chainReply(reply: Reply, next: (answer: Answer) => Reply): Reply {
  if (!(reply instanceof PendingAnswer)) return next(reply);
  const changed = new PendingAnswer();
  reply.whenAnswered((answer) => {
    const following = next(answer);
    if (following instanceof PendingAnswer) following.whenAnswered((last) => changed.resolve(last));
    else changed.resolve(following);
  });
  return changed;
}
