/**
 * Whether an upstream is up (plugin/pkg/proxy and plugin/pkg/up, CoreDNS 1.14.7). Checks begin with a failed exchange, go
 * on while they fail, and end with the first that succeeds: a healthy upstream is never checked. Any answer counts.
 */
import type { Context } from "../../../engine/context.js";
import { type Micros, SECOND } from "../../../engine/duration.js";
import { Phase } from "../../../engine/event-queue.js";
import type { Address } from "../../../model/address.js";
import type { Question } from "../../../model/dns.js";
import type { ExchangeOptions, ExchangeResult, UpstreamExchange } from "../../upstream/upstream.js";

const CHECK_TIMEOUT: Micros = SECOND;
const CHECK: Question = { name: "", type: "NS" };

export interface UpstreamHealthOptions {
  readonly context: Context;
  readonly upstream: UpstreamExchange;
  readonly protocol: "UDP" | "TCP";
  /** Between the end of a failed check and the next one. */
  readonly interval: Micros;
  readonly maxFails: number;
}

export class UpstreamHealth {
  /** Checks that have failed in a row. */
  private fails = 0;
  private checking = false;

  constructor(
    readonly server: Address,
    private readonly options: UpstreamHealthOptions,
  ) {}

  get down(): boolean {
    const { maxFails } = this.options;
    return maxFails > 0 && this.fails > maxFails;
  }

  /** A try has failed: checks begin unless they go on already. */
  suspect(): void {
    if (this.checking || this.options.maxFails === 0) return;
    this.checking = true;
    this.check();
  }

  /** @internal */
  check(): void {
    // a check dials its own socket: an expiry of −1 keeps none
    const options: ExchangeOptions = {
      server: this.server,
      protocol: this.options.protocol,
      timeout: CHECK_TIMEOUT,
      expire: -1,
    };
    this.options.upstream.exchange(CHECK, options, checked, this as UpstreamHealth);
  }

  /** @internal */
  checked(result: ExchangeResult): void {
    if (typeof result !== "string") {
      this.fails = 0;
      this.checking = false;
      return;
    }
    this.fails++;
    this.options.context.after(this.options.interval, Phase.traffic, check, this as UpstreamHealth);
  }
}

function check(health: UpstreamHealth): void {
  health.check();
}

function checked(health: UpstreamHealth, result: ExchangeResult): void {
  health.checked(result);
}
