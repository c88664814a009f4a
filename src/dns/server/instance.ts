/**
 * One start of CoreDNS with one Corefile (what Caddy calls an instance): its watches, what they know, and its server blocks.
 * A reload makes another one beside it, which takes over once it has its records.
 */
import type { ApiLog, RevisionOf } from "../../apiserver/log.js";
import { WatchReader } from "../../apiserver/reader.js";
import type { Context } from "../../engine/context.js";
import type { Variate } from "../../engine/distribution.js";
import { type Micros, SECOND } from "../../engine/duration.js";
import { uniform } from "../../engine/random.js";
import type { Address } from "../../model/address.js";
import type { ApiSession } from "../../model/api-session.js";
import type { Answer, Question } from "../../model/dns.js";
import type { KeptAddresses } from "../../model/kept-addresses.js";
import type { Kind } from "../../model/objects.js";
import type { Certainty } from "../dns-listener.js";
import { type ExpectedQuestion, OwedReplies } from "../owed-replies.js";
import { type Handler, type Query, SERVER_FAILURE } from "../plugins/plugin.js";
import { RecordIndex } from "../record-index.js";
import { mapReply, PendingAnswer, type Reply } from "../reply.js";
import type { UpstreamExchange } from "../upstream/upstream.js";
import { Validity } from "../validity.js";
import type { ConfiguredServer, NamedPlugin } from "./configure.js";
import { KnownQuestions } from "./known-questions.js";
import { answersAtOnce, buildChain } from "./plugin-chain.js";
import { selectServer, serversByPort, type ZoneServer } from "./selection.js";

const STARTUP_TIMEOUT: Micros = 5 * SECOND;
/** Questions of a server to itself within each other: aliases that lead back to where they came from. */
const DEEPEST_LOOKUP = 10;

const REFUSED: Answer = { ...SERVER_FAILURE, rcode: "REFUSED" };

export interface ServerInstanceOptions {
  readonly log: ApiLog;
  /** From a commit to its arrival at this process. */
  readonly watchDelivery: Variate;
  /** Of the process with the API server. */
  readonly session: ApiSession;
  readonly upstream: UpstreamExchange;
  readonly servers: readonly ConfiguredServer[];
  /** "namespace/name" of the pod: who it is that answers. */
  readonly name: string;
  /** What its process keeps of addresses. */
  readonly kept: KeptAddresses;
  /** How many times this process has read a Corefile before. */
  readonly generation: number;
  /** Called when the endpoints of a Service have changed in the index. */
  readonly onEndpointsKnown: (serviceKey: string, revision: RevisionOf<"EndpointSlice">, now: Micros) => void;
}

interface Block {
  readonly plugins: readonly NamedPlugin[];
  readonly chain: Handler | null;
}

export class ServerInstance {
  readonly index = new RecordIndex();
  /** When `start` was called. */
  startedAt: Micros = 0;
  /** How long serving waits for the first list. */
  readonly startupTimeout: Micros;
  /** How long DNS is served after SIGTERM: the sum of all blocks. */
  readonly lameduck: Micros;
  /** How often the Corefile is looked at; null without the plugin reload. */
  readonly reloadInterval: Micros | null;
  /** Its plugins need records of the cluster. */
  readonly waitsForSync: boolean;
  private readonly watchesPods: boolean;
  private readonly reader: WatchReader;
  private readonly ports: ReadonlyMap<number, readonly ZoneServer<Block>[]>;
  /** By port. */
  private readonly known = new Map<number, KnownQuestions>();
  private readonly owed: OwedReplies;
  private readonly validity = new Validity();
  private lookups = 0;

  constructor(
    private readonly context: Context,
    private readonly options: ServerInstanceOptions,
  ) {
    const lifecycles = options.servers.flatMap(({ plugins }) => plugins.map(({ lifecycle }) => lifecycle ?? {}));
    this.waitsForSync = lifecycles.some(({ waitsForSync }) => waitsForSync === true);
    this.startupTimeout = lifecycles.find((each) => each.waitsForSync === true)?.startupTimeout ?? STARTUP_TIMEOUT;
    this.lameduck = lifecycles.reduce((sum, { lameduck }) => sum + (lameduck ?? 0), 0);
    const reload = lifecycles.find((each) => each.reload !== undefined)?.reload;
    this.reloadInterval = reload === undefined ? null : this.drawInterval(reload.interval, reload.jitter);
    this.watchesPods = lifecycles.some(({ watchesPods }) => watchesPods === true);
    const kinds: Kind[] = ["Service", "EndpointSlice", "Namespace"];
    if (this.watchesPods) kinds.push("Pod");
    const { log, watchDelivery, session } = options;
    this.reader = new WatchReader(context, log, { kinds, delay: watchDelivery, session });
    this.owed = new OwedReplies(context);
    this.ports = serversByPort(options.servers, (server) => this.makeBlock(server));
    for (const port of this.ports.keys()) {
      this.known.set(port, new KnownQuestions((question) => this.isCertain(question, port)));
    }
  }

  /** Lists and watches what its plugins need records of. */
  start(): void {
    const { reader, index, context } = this;
    this.startedAt = context.now;
    if (!this.waitsForSync) return;
    reader.on("Service", (revision) => {
      index.applyService(revision, context.now);
      this.changed();
    });
    reader.on("Namespace", (revision) => {
      index.applyNamespace(revision, context.now);
      this.changed();
    });
    reader.on("EndpointSlice", (revision) => {
      const { now } = context;
      const key = index.applySlice(revision, now);
      this.changed();
      if (key !== null) this.options.onEndpointsKnown(key, revision, now);
    });
    if (this.watchesPods) {
      reader.on("Pod", (revision) => {
        index.applyPod(revision, context.now);
        this.changed();
      });
    }
    reader.start();
  }

  /** Stops the watches: what is known stays as it is, and a list that has not arrived never will. */
  stopWatches(): void {
    this.reader.stop();
  }

  /** All watches have had their first list. */
  get synced(): boolean {
    return !this.waitsForSync || this.reader.synced;
  }

  /** A readiness probe has something to ask, and hears that all plugins are ready. */
  get ready(): boolean {
    const { servers } = this.options;
    const asked = servers.filter(({ plugins }) => plugins.some((each) => each.lifecycle?.servesReadiness === true));
    if (asked.length === 0) return false;
    return this.synced || !asked.some(({ plugins }) => plugins.some((each) => each.lifecycle?.waitsForSync === true));
  }

  /** Ports that it listens on. */
  listPorts(): readonly number[] {
    return [...this.ports.keys()];
  }

  /** Replies to a question of a client at a port that it listens on. */
  ask(question: Question, now: Micros, source: Address, port: number): Reply {
    const known = this.known.get(port)?.of(question);
    if (known !== undefined && known.reply !== null && now < known.until) return known.reply;
    this.validity.reset();
    const reply = mapReply(this.answer({ question, now, source }, port), this.signed);
    if (known === undefined || reply instanceof PendingAnswer) return reply;
    known.reply = reply;
    known.until = this.validity.until;
    return reply;
  }

  /** What is certain of a question that is on its way to one of its ports. */
  expect(expected: ExpectedQuestion, port: number): Certainty {
    const known = this.known.get(port)?.of(expected.question);
    if (known === undefined) return "unknown";
    // a question that is here already is asked: only one that is on its way can be owed a reply
    const isOnItsWay = expected.arrivesAt > this.context.now;
    if (known.reply === null || !isOnItsWay || expected.arrivesAt >= known.until) {
      return known.certain ? "at-once" : "unknown";
    }
    expected.foretell(known.reply);
    this.owed.add(expected);
    return "owed";
  }

  /** Nothing of what it has said about questions holds any more: it knows something else, or closes. */
  changed(): void {
    for (const known of this.known.values()) known.clear();
    this.owed.settle(this.context.now);
  }

  /** The answer of the block that is responsible; REFUSED without one. */
  private answer(query: Query, port: number): Reply {
    const block = selectServer(this.ports.get(port) ?? [], query.question.name);
    return block === null || block.chain === null ? REFUSED : block.chain(query);
  }

  private isCertain(question: Question, port: number): boolean {
    const block = selectServer(this.ports.get(port) ?? [], question.name);
    return block === null || answersAtOnce(block.plugins, question, this.index);
  }

  /** The answer as it leaves this server. Written out: a spread here halves the rate of look-ups. */
  private readonly signed = (answer: Answer): Answer => {
    const { rcode, answers, authority, additional, source, age, fact, knownSince } = answer;
    const server = this.options.name;
    return { rcode, answers, authority, additional, source, age, server, fact, knownSince };
  };

  private makeBlock({ keys, plugins }: ConfiguredServer): Block {
    const { context, index, options } = this;
    const { generation, upstream } = options;
    const [key] = keys;
    const suffix = `${key === undefined || key.zone === "" ? "" : ` ${key.zone}`}${generation === 0 ? "" : ` ${generation}`}`;
    const chain = buildChain(plugins, {
      context,
      index,
      upstream,
      validity: this.validity,
      kept: this.options.kept,
      changed: () => this.changed(),
      synced: () => this.synced,
      key: (purpose) => context.key(`${purpose}${suffix}`),
      lookup: (query) => this.lookUp(query, key?.port ?? 0),
    });
    return { plugins, chain };
  }

  /** A plugin's own question. */
  private lookUp(query: Query, port: number): Reply {
    if (this.lookups === DEEPEST_LOOKUP) return SERVER_FAILURE;
    this.lookups++;
    const reply = this.answer(query, port);
    this.lookups--;
    return reply;
  }

  private drawInterval(interval: Micros, jitter: Micros): Micros {
    const draw = uniform(this.context.key("reload"), this.options.generation);
    return Math.round(interval + (draw - 0.5) * jitter);
  }
}
