/**
 * A CoreDNS plugin: one file, and one line in `order.ts`. It reads its directives from the Corefile and makes a handler
 * that answers a query itself or hands it to the next one in the chain.
 */
import type { Context } from "../../engine/context.js";
import type { Micros } from "../../engine/duration.js";
import { NO_FACT } from "../../engine/facts.js";
import type { Key } from "../../engine/random.js";
import type { Address } from "../../model/address.js";
import type { Answer, Question } from "../../model/dns.js";
import type { KeptAddresses } from "../../model/kept-addresses.js";
import type { CorefileFiles, Directive, ReportCorefileError } from "../corefile/corefile.js";
import type { RecordIndex } from "../record-index.js";
import type { Reply } from "../reply.js";
import type { UpstreamExchange } from "../upstream/upstream.js";
import type { Validity } from "../validity.js";

export interface Query {
  readonly question: Question;
  readonly now: Micros;
  /** Who asked: for autopath. 0 when a plugin asks on its own account. */
  readonly source: Address;
}

export type Handler = (query: Query) => Reply;
export type ChainedHandler = (query: Query, next: Handler) => Reply;

/** What a plugin may know while it reads its directives. */
export interface SetupContext {
  /** Zones of the server block, lower case, without trailing dot; "" is the root. */
  readonly zones: readonly string[];
  /** The node's own search list and nameservers, for `forward . /etc/resolv.conf` and autopath. */
  readonly hostSearch: readonly string[];
  readonly hostNameservers: readonly Address[];
  readonly report: ReportCorefileError;
  /** The files of the container, for `hosts FILE`; none where left out. */
  readonly files?: CorefileFiles;
  /** All directives of the server block, for a plugin that works with another one (autopath with kubernetes). */
  readonly directives?: readonly Directive[];
}

/** What a server gives to its plugins. */
export interface PluginEnvironment {
  /** Context of the CoreDNS process: timers die with it. */
  readonly context: Context;
  readonly index: RecordIndex;
  /** All informers have had their first list. */
  synced(): boolean;
  /** The key of this server block's draws for one purpose. */
  key(purpose: string): Key;
  /** Sends a question to a server outside this process (an upstream, or kube-dns for a node cache). */
  readonly upstream: UpstreamExchange;
  /** Of the reply that is being made. A plugin whose part depends on more than the question and the index lowers it. */
  readonly validity: Validity;
  /** What the plugins keep of addresses, for reports. */
  readonly kept: KeptAddresses;
  /** A plugin keeps something else from now on than what replies were made from, earlier than it had said. */
  changed(): void;
  /** Asks this CoreDNS itself, from the first server block on (`upstream.New()`): for CNAME targets. */
  lookup(query: Query): Reply;
}

/** What a plugin does beside answering. All of it is optional. */
export interface PluginLifecycle {
  /** At SIGTERM: how long DNS is still served (health's lameduck). */
  readonly lameduck?: Micros;
  /** Whether the block counts as ready only when this plugin has said so (kubernetes: synced). */
  readonly waitsForSync?: boolean;
  /** `ready` stands in the block: a readiness probe has something to ask. */
  readonly servesReadiness?: boolean;
  /** How long serving waits for the first sync at most (kubernetes: startup_timeout). Default 5 s. */
  readonly startupTimeout?: Micros;
  /** The plugin looks pods up by address (kubernetes: `pods verified`). */
  readonly watchesPods?: boolean;
  /** `reload`: how often the Corefile is looked at, and its jitter. */
  readonly reload?: { readonly interval: Micros; readonly jitter: Micros };
}

/** What is certain of a question that comes to a plugin: it is answered within this event, or goes on unchanged. */
export type Certainty = "answered" | "passes" | "unknown";

export interface ConfiguredPlugin {
  /** Null for a plugin without handler (health, ready, reload, errors, …). */
  readonly handler: ((environment: PluginEnvironment) => ChainedHandler) | null;
  readonly lifecycle?: PluginLifecycle;
  /**
   * Replies that have come this way may be kept: the handler depends on the question and the index alone, or lowers the
   * validity of what it replies. Default: none is kept.
   */
  readonly keepable?: boolean;
  /** Spares resolvers their timers. Left out, a plugin with a handler is "unknown". */
  readonly certainty?: (question: Question, index: RecordIndex) => Certainty;
}

export interface Plugin {
  /** The directive's name. */
  readonly name: string;
  /**
   * Reads all directives of this name in one server block (at least one), in their order, and reports what is wrong with
   * them. Several configured plugins come out where a directive may repeat (forward, template, rewrite).
   */
  setup(directives: readonly Directive[], context: SetupContext): readonly ConfiguredPlugin[];
}

/** SERVFAIL, from a plugin that cannot answer or at the end of the chain. */
export const SERVER_FAILURE: Answer = {
  rcode: "SERVFAIL",
  answers: [],
  authority: [],
  fact: NO_FACT,
  knownSince: Number.NaN,
};
