/** A proxy: a server that asks another one on behalf of whatever it accepts, with connections and retries of its own. */
import { SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import type { Address } from "../../src/model/address.js";
import type { Attempt } from "../../src/traffic/attempt.js";
import { Attempts, type ExchangeOwner } from "../../src/traffic/attempts.js";
import { Caller } from "../../src/traffic/caller.js";
import { ClientPod } from "../../src/traffic/client-pod.js";
import type { ConnectionPolicy } from "../../src/traffic/connections/policy.js";
import { Exchange } from "../../src/traffic/exchange.js";
import { succeeded } from "../../src/traffic/outcome.js";
import { NO_RETRIES, type RetryPolicy } from "../../src/traffic/retry.js";
import { type AcceptedAttempt, type AnswerReason, PENDING, type Server } from "../../src/traffic/server.js";
import { NEW_CONNECTIONS } from "../support/connections.js";
import { address, type TrafficHarness } from "./harness.js";

export const FRONT = "10.244.1.5";
export const BACK = "10.244.2.5";
const TIMEOUT = 2 * SECOND;

/** What it wants from the other server for one of its clients. */
class Errand extends Exchange<Errand> {
  readonly addressFact = NO_FACT;

  constructor(
    readonly maker: Attempts<Errand>,
    readonly id: number,
    readonly client: ClientPod,
    readonly accepted: AcceptedAttempt,
    readonly deadline: number,
  ) {
    super();
  }
}

export interface ProxyOptions {
  readonly retries?: RetryPolicy;
  readonly connectionPolicy?: ConnectionPolicy;
  readonly timeout?: number;
  /** Where it listens, and whom it asks; null: it knows nobody. */
  readonly at?: string;
  readonly to?: Address | null;
  /** It looks for the address of who is unknown, until the test says what it is. */
  readonly looksUp?: boolean;
}

export class ProxyServer implements Server, ExchangeOwner<Errand> {
  readonly speaks = "http";
  readonly protocol = "TCP";
  readonly pod: string;
  readonly kept = null;
  readonly queued = 0;
  readonly errands = new Map<AcceptedAttempt, Errand>();
  /** How each of its attempts ended that was the last one of its errand. */
  readonly ends: string[] = [];
  /** Errands whose address is looked for. */
  readonly sought: Errand[] = [];
  readonly client: ClientPod;
  readonly attempts: Attempts<Errand>;
  private accepted = 0;

  constructor(
    readonly harness: TrafficHarness,
    private readonly options: ProxyOptions = {},
  ) {
    const { at = FRONT, to = address(BACK), retries = NO_RETRIES, connectionPolicy } = options;
    this.pod = at === FRONT ? "default/front" : `default/proxy-${at}`;
    harness.network.attach(address(at), this.pod, harness.node(1)).listen(8080, this);
    this.client = new ClientPod(this.pod, harness.node(1), address(at));
    this.attempts = new Attempts<Errand>({
      caller: new Caller({
        context: harness.context.child(`container/${this.pod}`),
        network: harness.network,
        truth: harness,
        client: { connectTimeout: SECOND, synLinearTimeouts: 4 },
        knowledge: "address",
      }),
      connection: NEW_CONNECTIONS,
      ...(connectionPolicy === undefined ? {} : { connectionPolicy }),
      byName: false,
      retries,
      known: () => (to === null ? null : { address: to, port: 8080, believedPod: "" }),
      port: 8080,
      podAt: () => "",
      owner: this,
    });
  }

  get inFlight(): number {
    return this.errands.size;
  }

  accept(accepted: AcceptedAttempt): number {
    const { timeout = TIMEOUT } = this.options;
    const { receivedAt } = accepted;
    const errand = new Errand(this.attempts, this.accepted++, this.client, accepted, receivedAt + timeout);
    this.errands.set(accepted, errand);
    this.client.outgoing++;
    this.attempts.tryAt(errand, receivedAt);
    return PENDING;
  }

  release(accepted: AcceptedAttempt): void {
    const errand = this.errands.get(accepted);
    if (errand === undefined) return;
    this.errands.delete(accepted);
    this.attempts.abandon(errand);
    this.client.ended();
  }

  waitsFor(accepted: AcceptedAttempt): AnswerReason | null {
    const errand = this.errands.get(accepted);
    return errand === undefined ? null : this.attempts.unanswered(errand);
  }

  addressUnknown(errand: Errand): void {
    const because: AnswerReason = { cause: "unknown-to-node", causeFact: NO_FACT, wrongPod: false, decisive: null };
    const { accepted, client } = errand;
    if (this.options.looksUp === true) {
      this.sought.push(errand);
      this.attempts.wait(errand, because);
      return;
    }
    this.attempts.unlearned(errand, client);
    accepted.answered(503, this.harness.simulation.now, because);
  }

  connectionFailed(): void {}

  timeUp({ accepted }: Errand, _: ClientPod, because: AnswerReason): void {
    this.ends.push("time up");
    accepted.answered(503, this.harness.simulation.now, because);
  }

  ended({ accepted }: Errand, _: ClientPod, last: Attempt<Errand>): void {
    const { now } = this.harness.simulation;
    this.ends.push(last.end);
    accepted.answered(succeeded(last) ? last.status : last.end === "timeout" ? 504 : 502, now, last);
  }
}
