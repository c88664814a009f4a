/**
 * `dns.lookup` of Node.js 20, which HTTP clients use: getaddrinfo of glibc in the threads of libuv 1.46. At most two run at
 * once (half of the four threads); the others wait in line, so two slow lookups hold up every further one.
 */
import type { Context } from "../../../engine/context.js";
import { NO_FACT } from "../../../engine/facts.js";
import { type Lookup, type LookupStatus, NOTHING_ASKED, type PendingLookup, type Resolve } from "../../../model/dns.js";
import type { Transport } from "../transport/transport.js";
import { createGlibcResolver } from "./glibc.js";
import type { Resolver } from "./resolver.js";
import type { ReplyHandler } from "./resolver-process.js";

const AT_ONCE = 2;

class Call implements PendingLookup {
  /** What its thread does; null while it waits for one. */
  lookup: PendingLookup | null = null;

  constructor(
    readonly threads: Threads,
    readonly name: string,
    readonly reply: ReplyHandler,
    readonly payload: unknown,
  ) {}

  soFar(): Lookup {
    return this.lookup?.soFar() ?? this.threads.soFar();
  }
}

class Threads {
  private readonly queue: Call[] = [];
  private readonly running = new Set<Call>();

  constructor(private readonly resolve: Resolve) {}

  add(call: Call): PendingLookup {
    if (this.running.size === AT_ONCE) this.queue.push(call);
    else this.run(call);
    return call;
  }

  /** A call that waits has asked nothing; what holds it up is what those in the threads wait for. */
  soFar(): Lookup {
    const failures = [...this.running].map((call) => call.soFar().failure ?? NO_FACT);
    return { ...NOTHING_ASKED, failure: failures.find((fact) => fact !== NO_FACT) ?? NO_FACT };
  }

  private run(call: Call): void {
    this.running.add(call);
    call.lookup = this.resolve(call.name, ended, call);
  }

  /** @internal The thread takes the next call before the program hears of this one. */
  ended(call: Call, lookup: Lookup): void {
    const { reply, payload } = call;
    this.running.delete(call);
    const next = this.queue.shift();
    if (next !== undefined) this.run(next);
    reply(payload, { ...lookup, status: statusOf(lookup.status) });
  }
}

function ended(call: Call, lookup: Lookup): void {
  call.threads.ended(call, lookup);
}

/** Node has one word for both. */
function statusOf(status: LookupStatus): LookupStatus {
  return status === "EAI_NONAME" || status === "EAI_NODATA" ? "ENOTFOUND" : status;
}

function createNodeLookup(resolvConf: string, transport: Transport, context: Context): Resolve {
  const threads = new Threads(createGlibcResolver(resolvConf, transport, context));
  return (name, reply, payload) => threads.add(new Call(threads, name, reply as ReplyHandler, payload));
}

export const nodeLookup: Resolver = {
  name: "node-lookup",
  summary: "dns.lookup of Node.js 20 on glibc: what its HTTP clients use, two lookups at once per process",
  create: createNodeLookup,
};
