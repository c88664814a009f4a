/**
 * How a DNS server in the cluster asks another one (plugin/pkg/proxy, CoreDNS 1.14.7): a pod or Service through the rules
 * of its node, any other address as a server outside the cluster.
 *
 * UDP needs no dialling; a closed port comes back as `refused`, silence as `timeout` once the read timeout is over. A new
 * TCP connection costs a round trip; SYNs that nobody answers are sent again by the kernel's schedule until the dial
 * timeout. A kept TCP connection whose other end has closed is replaced within the same try; one to a dead node is not
 * noticed: the kernel sends the question again, and the try times out. When a server dies while it works on a question
 * over TCP, its reset is not modelled: the try ends with the read timeout.
 */
import type { Context } from "../../engine/context.js";
import { MILLISECOND, type Micros } from "../../engine/duration.js";
import { NO_TIMER, Phase, type Timer } from "../../engine/event-queue.js";
import type { Address } from "../../model/address.js";
import type { Question } from "../../model/dns.js";
import { Action, type Verdict } from "../../model/verdict.js";
import { RULE_HOST } from "../../network/rule.js";
import { SYN_LINEAR_TIMEOUTS } from "../../network/syn.js";
import { type DialStep, nextDialStep } from "../../network/tcp-dial.js";
import type { UdpSocket } from "../../network/udp-socket.js";
import type { DnsListener } from "../dns-listener.js";
import { PendingAnswer } from "../reply.js";
import { type Connection, Connections, DEFAULT_EXPIRE } from "./connections.js";
import { UpstreamPath, type UpstreamPathOptions } from "./path.js";
import type { ExchangeOptions, ExchangeResult, UpstreamExchange } from "./upstream.js";

/** From a segment that nobody acknowledges to its first retransmission (TCP_RTO_MIN); it doubles from then on. */
const FIRST_RETRANSMISSION: Micros = 200 * MILLISECOND;

export function createUpstreamExchange(options: UpstreamPathOptions): UpstreamExchange {
  return new Exchange(options);
}

/** One question on its way. */
interface Attempt {
  readonly exchange: Exchange;
  readonly question: Question;
  readonly options: ExchangeOptions;
  readonly done: (payload: unknown, result: ExchangeResult) => void;
  readonly payload: unknown;
  readonly connections: Connections;
  /** Its number also chooses the backend. */
  socket: UdpSocket;
  connection: Connection | null;
  /** The connection had been used before. */
  kept: boolean;
  dialledAt: Micros;
  deadline: Micros;
  /** Until the next retransmission over TCP. */
  retransmitAfter: Micros;
  oneWay: Micros;
  replyLost: boolean;
  listener: DnsListener | null;
  result: ExchangeResult;
  timer: Timer;
}

class Exchange implements UpstreamExchange {
  private readonly context: Context;
  private readonly path: UpstreamPath;
  private readonly servers = new Map<Address, Connections>();
  private readonly step: DialStep = { outcome: "again", at: 0 };

  constructor(private readonly options: UpstreamPathOptions) {
    this.context = options.context;
    this.path = new UpstreamPath(options);
  }

  exchange<P>(
    question: Question,
    options: ExchangeOptions,
    done: (payload: P, result: ExchangeResult) => void,
    payload: P,
  ): void {
    const { server, protocol, expire = DEFAULT_EXPIRE } = options;
    let connections = this.servers.get(server);
    if (connections === undefined) {
      connections = new Connections();
      this.servers.set(server, connections);
    }
    const connection = connections.take(protocol, this.context.now, expire);
    const attempt: Attempt = {
      exchange: this,
      question,
      options,
      done: done as Attempt["done"],
      payload,
      connections,
      socket: connection?.socket ?? this.path.open(),
      connection,
      kept: connection !== null,
      dialledAt: 0,
      deadline: 0,
      retransmitAfter: FIRST_RETRANSMISSION,
      oneWay: 0,
      replyLost: false,
      listener: null,
      result: "timeout",
      timer: NO_TIMER,
    };
    if (connection === null) this.dial(attempt);
    else this.begin(attempt);
  }

  /** A new socket: UDP is there at once, TCP shakes hands first. */
  private dial(attempt: Attempt): void {
    attempt.dialledAt = this.context.now;
    attempt.connection = null;
    attempt.kept = false;
    if (attempt.options.protocol === "TCP") {
      this.sendSyn(attempt);
      return;
    }
    attempt.connections.dialled(0);
    this.begin(attempt);
  }

  /** @internal */
  sendSyn(attempt: Attempt): void {
    const { context, step } = this;
    const { dialledAt, connections } = attempt;
    const verdict = this.judge(attempt);
    const limits = { timeout: connections.dialTimeout, synLinearTimeouts: SYN_LINEAR_TIMEOUTS };
    nextDialStep(verdict, context.now - dialledAt, limits, step);
    const at = dialledAt + step.at;
    switch (step.outcome) {
      case "connected":
        attempt.connection = this.connectionOf(attempt, verdict);
        context.at(at, Phase.traffic, establish, attempt);
        return;
      case "again":
        context.at(at, Phase.traffic, sendSyn, attempt);
        return;
      default:
        attempt.result = step.outcome === "timed-out" ? "timeout" : "refused";
        connections.dialled(step.at);
        context.at(at, Phase.traffic, finish, attempt);
    }
  }

  /** @internal */
  establish(attempt: Attempt): void {
    attempt.connections.dialled(this.context.now - attempt.dialledAt);
    this.begin(attempt);
  }

  /** The time of the reply begins to run. */
  private begin(attempt: Attempt): void {
    attempt.deadline = this.context.now + attempt.options.timeout;
    this.send(attempt);
  }

  /** @internal The question leaves on an open socket. */
  send(attempt: Attempt): void {
    const { context } = this;
    const { now } = context;
    const verdict = this.judge(attempt);
    const tcp = attempt.options.protocol === "TCP";
    if (tcp && attempt.kept && verdict.rule === RULE_HOST && verdict.listener !== attempt.connection?.listener) {
      attempt.socket = this.path.open();
      this.dial(attempt);
      return;
    }
    attempt.connection ??= this.connectionOf(attempt, verdict);
    attempt.oneWay = verdict.oneWay;
    switch (verdict.action) {
      case Action.deliver:
        attempt.listener = verdict.listener as DnsListener | null;
        if (now + verdict.oneWay < attempt.deadline) context.after(verdict.oneWay, Phase.traffic, arrive, attempt);
        else this.comeBack(attempt, "timeout", attempt.deadline);
        return;
      case Action.refuse:
        this.comeBack(attempt, "refused", now + 2 * verdict.oneWay);
        return;
      case Action.unreachable:
        this.comeBack(attempt, "refused", now + verdict.unreachableAfter);
        return;
      case Action.blackHole:
      case Action.unknown: {
        const again = now + attempt.retransmitAfter;
        attempt.retransmitAfter *= 2;
        if (tcp && again < attempt.deadline) context.at(again, Phase.traffic, send, attempt);
        else this.comeBack(attempt, "timeout", attempt.deadline);
        return;
      }
      default:
        verdict.action satisfies never;
    }
  }

  /** @internal The question is at the server. */
  arrive(attempt: Attempt): void {
    const { listener, question } = attempt;
    const { now } = this.context;
    if (listener === null) {
      const { outside } = this.options;
      if (outside.down) this.comeBack(attempt, "timeout", attempt.deadline);
      else this.comeBack(attempt, outside.answer(question), now + attempt.oneWay);
      return;
    }
    const reply = listener.ask(question, now, this.options.sourceAddress);
    if (!(reply instanceof PendingAnswer)) {
      this.answered(attempt, reply ?? "refused");
      return;
    }
    attempt.timer = this.context.at(Math.max(now, attempt.deadline), Phase.traffic, finish, attempt);
    reply.whenAnswered((answer) => {
      if (attempt.timer === NO_TIMER) return;
      this.context.cancel(attempt.timer);
      this.answered(attempt, answer);
    });
  }

  /** The server's reply leaves now. */
  private answered(attempt: Attempt, result: ExchangeResult): void {
    if (attempt.replyLost) this.comeBack(attempt, "timeout", attempt.deadline);
    else this.comeBack(attempt, result, this.context.now + attempt.oneWay);
  }

  /** Plans the result, or the timeout when that is earlier. */
  private comeBack(attempt: Attempt, result: ExchangeResult, at: Micros): void {
    const inTime = at <= attempt.deadline;
    attempt.result = inTime ? result : "timeout";
    const time = Math.max(this.context.now, inTime ? at : attempt.deadline);
    attempt.timer = this.context.at(time, Phase.traffic, finish, attempt);
  }

  /** @internal */
  finish(attempt: Attempt): void {
    const { result, connection, connections, options, socket } = attempt;
    const { now } = this.context;
    attempt.timer = NO_TIMER;
    if (typeof result === "string" || connection === null) {
      // a socket on which a try failed is closed
      this.path.close(socket);
    } else {
      this.path.replied(options.server, socket);
      connections.putBack(options.protocol, connection, now);
    }
    attempt.done(attempt.payload, result);
  }

  /** The verdict on a packet of this attempt that leaves now. */
  private judge(attempt: Attempt): Verdict {
    const { path } = this;
    const { server, protocol } = attempt.options;
    path.judge(server, protocol, attempt.socket, attempt.connection);
    attempt.replyLost = path.replyLost;
    return path.verdict;
  }

  private connectionOf({ socket, options }: Attempt, { listener }: Verdict): Connection {
    const path = options.protocol === "TCP" ? this.path.keepPath() : [];
    return { socket, path, listener, usedAt: this.context.now };
  }
}

function sendSyn(attempt: Attempt): void {
  attempt.exchange.sendSyn(attempt);
}

function establish(attempt: Attempt): void {
  attempt.exchange.establish(attempt);
}

function send(attempt: Attempt): void {
  attempt.exchange.send(attempt);
}

function arrive(attempt: Attempt): void {
  attempt.exchange.arrive(attempt);
}

function finish(attempt: Attempt): void {
  attempt.exchange.finish(attempt);
}
