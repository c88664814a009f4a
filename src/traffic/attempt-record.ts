/** What is known of an attempt: from whom to where, which way it went, when the server had it, how it ends. */
import type { Micros } from "../engine/duration.js";
import { type FactId, NO_FACT } from "../engine/facts.js";
import type { Address } from "../model/address.js";
import type { Basis, TrackedHop } from "../model/flow.js";
import type { Cause } from "../model/outcome.js";
import type { HostView } from "../model/verdict.js";
import type { Sender } from "./caller.js";
import type { OpenConnection, Route } from "./connection.js";
import type { AttemptEnd, AttemptResult } from "./outcome.js";
import type { AnswerReason, Destination, Server } from "./server.js";

export const OK_STATUS = 200;

/** Pooled: every field is set again before it is read for another attempt. */
export abstract class AttemptRecord implements AnswerReason, AttemptResult, Route {
  id = 0;
  client: Sender | null = null;
  /** It ends here at the latest. */
  deadline: Micros = 0;
  address: Address = 0;
  port = 0;
  /** Of the answer that gave the address; NO_FACT when none did. */
  addressFact: FactId = NO_FACT;
  /** When the first SYN left to the address, or the request over an open connection. */
  connectAt: Micros = 0;
  endpoint: Address = 0;
  endpointPort = 0;
  believedPod = "";
  host: HostView | null = null;
  basis: Basis | null = null;
  /** The way of SYNs that nobody has answered, once it was translated; null before. */
  path: readonly TrackedHop[] | null = null;
  rule = "";
  ruleFact: FactId = NO_FACT;
  oneWay: Micros = 0;
  connection: OpenConnection | null = null;
  reused = false;
  server: Server | null = null;
  acceptAt: Micros = 0;
  receivedAt: Micros = 0;
  servedAt: Micros = 0;
  end: AttemptEnd = "silent";
  status = OK_STATUS;
  /** Where the attempt went that decides how this one ends: itself, or one that a server has made on its behalf. */
  decisive: Destination = this;
  wrongPod = false;
  cause: Cause | "" = "";
  causeFact: FactId = NO_FACT;

  /** How long the server worked on its answer; 0 when none has come. */
  get serviceTime(): Micros {
    return this.end === "status" ? this.servedAt - this.receivedAt : 0;
  }

  /**
   * Its client had lost time to `because` since `since`, before it was made. Had it been made then, its server would not
   * have been too slow: then that is why it was late.
   */
  blameDelay(because: AnswerReason, since: Micros): void {
    const lost = this.connectAt - since;
    if (this.end !== "timeout" || this.cause !== "slow-server" || because.cause === "") return;
    if (this.servedAt + this.oneWay - lost > this.deadline) return;
    this.cause = because.cause;
    this.causeFact = because.causeFact;
  }

  /** Makes a record that is of no use any more another attempt for its parent. What is not set here, `dial` and `send` of it do. */
  begin(id: number, client: Sender, deadline: Micros, addressFact: FactId): this {
    this.id = id;
    this.client = client;
    this.deadline = deadline;
    this.addressFact = addressFact;
    return this;
  }
}
