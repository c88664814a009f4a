/**
 * A load balancer outside the cluster that checks its targets over the wire, deals connections out to the healthy ones in
 * turn, and resets those to a target that turns unhealthy. Only checks that can change something are events.
 */
import type { Context } from "../../src/engine/context.js";
import { type Micros, SECOND } from "../../src/engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../src/engine/event-queue.js";
import type { Address } from "../../src/model/address.js";
import type { Flow, Hop } from "../../src/model/flow.js";
import { HopAction } from "../../src/model/flow.js";
import { type Health, type HealthCheck, NEVER_CHECKED, nextChange, nextHealth } from "../../src/model/health-check.js";
import type { Verdict } from "../../src/model/verdict.js";
import type { AnswerWatcher } from "../../src/network/answer-watches.js";
import type { Network } from "../../src/network/network.js";
import type { PathDelays } from "../../src/network/place.js";
import { type DialStep, nextDialStep } from "../../src/network/tcp-dial.js";
import { newVerdict } from "../../src/network/verdict.js";
import { KeepingPlace } from "./keeping-place.js";

export interface CheckingBalancerOptions {
  readonly context: Context;
  readonly network: Network;
  readonly address: Address;
  readonly delays: PathDelays;
  readonly check: HealthCheck;
  /** A check that has no answer by then has failed. */
  readonly timeout: Micros;
}

export class CheckingBalancer extends KeepingPlace {
  readonly targets: CheckedTarget[] = [];
  private turn = 0;

  constructor(readonly options: CheckingBalancerOptions) {
    super(options.network, options.address, 0, options.delays);
  }

  register(address: Address, port: number): CheckedTarget {
    const target = new CheckedTarget(this, address, port);
    this.targets.push(target);
    return target;
  }

  deregister(address: Address): void {
    const index = this.targets.findIndex((target) => target.address === address);
    if (index >= 0) this.targets.splice(index, 1)[0]?.stop();
  }

  override route(flow: Flow, _leg: number, _now: number, hop: Hop): void {
    if (flow.destination !== this.address) return;
    const healthy = this.targets.filter((target) => target.healthy);
    const target = healthy[this.turn % healthy.length];
    hop.rule = "balancer";
    hop.action = target === undefined ? HopAction.refuse : HopAction.translate;
    if (target !== undefined) hop.endpoint = target.address;
  }

  override committed(): void {
    this.turn++;
  }
}

/** Asks a program's health endpoint over a connection of its own, with its answer as of the moment of the check. */
export class CheckedTarget implements AnswerWatcher {
  health: Health = NEVER_CHECKED;
  /** When it turned healthy, or unhealthy. */
  readonly turns: Micros[] = [];
  /** Checks that were events. */
  checks = 0;
  private readonly flow: Flow;
  private readonly verdict: Verdict = newVerdict();
  private readonly step: DialStep = { outcome: "again", at: 0 };
  private timer: Timer = NO_TIMER;
  private checkedAt: Micros = Number.NEGATIVE_INFINITY;
  private underWay = false;

  constructor(
    private readonly balancer: CheckingBalancer,
    readonly address: Address,
    port: number,
  ) {
    const { place } = balancer;
    this.flow = { source: place, sourceAddress: 1, destination: address, port, protocol: "TCP", choice: 0 };
    balancer.options.network.watch(address, this);
    this.plan();
  }

  get healthy(): boolean {
    return this.health.healthy;
  }

  answerChanged(): void {
    if (!this.underWay) this.plan();
  }

  stop(): void {
    this.balancer.options.context.cancel(this.timer);
    this.balancer.options.network.unwatch(this.address, this);
  }

  check(): void {
    const { context, timeout } = this.balancer.options;
    this.underWay = true;
    this.checks++;
    this.checkedAt = context.now;
    const passed = this.ask();
    nextDialStep(this.verdict, 0, { timeout, synLinearTimeouts: 4 }, this.step);
    const { outcome, at } = this.step;
    const question = outcome === "connected" ? 2 * this.verdict.oneWay : 0;
    const duration = outcome === "again" ? timeout : at + question;
    this.timer = context.after(duration, Phase.traffic, conclude, { target: this as CheckedTarget, passed });
  }

  conclude(passed: boolean): void {
    const { context, check } = this.balancer.options;
    this.underWay = false;
    const former = this.healthy;
    this.health = nextHealth(this.health, passed, check);
    if (this.healthy !== former) {
      this.turns.push(context.now);
      if (former) this.balancer.end("rst", context.now, "process-exited", context.simulation.cause, this.address);
    }
    this.plan();
  }

  /** What a check that was made now would find. */
  private ask(): boolean {
    const { context, network } = this.balancer.options;
    network.connect(this.flow, this.verdict, context.now);
    const { listener } = this.verdict;
    return listener?.speaks === "http" && listener.health?.probe() !== false;
  }

  private plan(): void {
    const { context, network, check } = this.balancer.options;
    context.cancel(this.timer);
    this.timer = NO_TIMER;
    const answer = this.ask();
    const change = this.verdict.listener?.health?.nextProbeChange() ?? Number.POSITIVE_INFINITY;
    const foreseen = network.isForeseen(this.flow, this.verdict);
    const certainUntil = foreseen ? change : context.now;
    const earliest = Math.max(context.now, this.checkedAt + 1);
    const at = nextChange(check, this.health, earliest, answer, certainUntil);
    if (at === Number.POSITIVE_INFINITY) return;
    // one of an endless series is nothing that the cluster has yet to do: it would never be taken to have settled
    this.timer = context.at(at, foreseen ? Phase.syncStart : Phase.traffic, makeCheck, this as CheckedTarget);
  }
}

function makeCheck(target: CheckedTarget): void {
  target.check();
}

function conclude({ target, passed }: { target: CheckedTarget; passed: boolean }): void {
  target.conclude(passed);
}

/** Every 2 s from 0.3 s on; two checks that pass, or three that fail. */
export const CHECK: HealthCheck = { phase: 0.3 * SECOND, interval: 2 * SECOND, up: 2, down: 3 };
