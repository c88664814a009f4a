/** Resolvers whose answers a test gives. */
import { ANSWERED_AT_ONCE, type Lookup, type PendingLookup, type Resolve } from "../../src/model/dns.js";

/** Calls `reply`, at once or later. */
export type Answering = <P>(name: string, reply: (payload: P, lookup: Lookup) => void, payload: P) => void;

/** `pending` is what is known of the lookup until it replies. */
export function answering(answer: Answering, pending: PendingLookup = ANSWERED_AT_ONCE): Resolve {
  return (name, reply, payload) => {
    answer(name, reply, payload);
    return pending;
  };
}
